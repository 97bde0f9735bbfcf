//! Whose packets are believed: for every author the keys people trust, received by
//! another way than the packets.

use super::{Digests, PublicKey, Signature, SignatureProblem};
use crate::framework::Language;

/// Which keys sign for which author of packets. An author may have several, such as an
/// old and a new one; a key may be trusted for several authors.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    keys: Vec<(String, PublicKey)>,
}

/// Why a packet is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Distrust {
    /// No key is trusted for its author.
    UnknownAuthor(String),
    /// No signature is about it, in this state.
    Unsigned(String),
    /// A signature is about it, but made for another author.
    OtherSigner {
        /// Who signed, in the signature's words.
        signer: String,
        /// Whose packet it is.
        author: String,
    },
    /// A signature is about it, but does not count.
    Signature(SignatureProblem),
}

impl Distrust {
    /// The reason in words.
    pub fn message(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::UnknownAuthor(author) => (
                format!("没有为“{author}”指定可信公钥"),
                format!("no key is trusted for `{author}`"),
            ),
            Self::Unsigned(author) => (
                format!("“{author}”的数据包没有签名：所给签名都不是针对此包的"),
                format!("this packet of `{author}` is not signed: no signature given is about it"),
            ),
            Self::OtherSigner { signer, author } => (
                format!("签名人是“{signer}”，数据包却是“{author}”的"),
                format!("signed as `{signer}`, but the packet is of `{author}`"),
            ),
            Self::Signature(problem) => {
                return problem.message(language).to_owned();
            }
        };
        match language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }
}

impl Trust {
    /// Trusts a key for an author.
    pub fn add(&mut self, author: &str, key: PublicKey) {
        self.keys.push((author.to_owned(), key));
    }

    /// The signature by which a packet of an author, known by the digests of its file, is
    /// believed.
    ///
    /// # Errors
    /// Where there is none: what is wrong with the first that is about the file.
    pub fn check<'s>(
        &self,
        author: &str,
        packet: &Digests,
        signatures: &'s [Signature],
    ) -> Result<&'s Signature, Distrust> {
        if !self.keys.iter().any(|(of, _)| of == author) {
            return Err(Distrust::UnknownAuthor(author.to_owned()));
        }
        let mut first = None;
        for signature in signatures.iter().filter(|s| s.case == *packet) {
            match self.check_one(author, packet, signature) {
                Ok(()) => return Ok(signature),
                Err(distrust) => {
                    first.get_or_insert(distrust);
                }
            }
        }
        Err(first.unwrap_or_else(|| Distrust::Unsigned(author.to_owned())))
    }

    fn check_one(
        &self,
        author: &str,
        packet: &Digests,
        signature: &Signature,
    ) -> Result<(), Distrust> {
        let key = signature.check(packet).map_err(Distrust::Signature)?;
        signature.is_by(author)?;
        let mut own = self.keys.iter().filter(|(of, _)| of == author);
        if own.any(|(_, trusted)| *trusted == key) {
            Ok(())
        } else {
            Err(Distrust::Signature(SignatureProblem::OtherKey))
        }
    }
}

impl Signature {
    /// Whether it was made for the author of a packet. Blanks count as in what is signed.
    ///
    /// # Errors
    /// With both names, where it was not.
    pub fn is_by(&self, author: &str) -> Result<(), Distrust> {
        if self.signer == super::one_line(author) {
            return Ok(());
        }
        Err(Distrust::OtherSigner {
            signer: self.signer.clone(),
            author: author.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::SecretKey;
    use super::*;

    fn keys() -> [SecretKey; 3] {
        let ed = |seed| SecretKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]));
        [
            ed(7),
            ed(8),
            SecretKey::Sm2(sm2::SecretKey::from_slice(&[9; 32]).unwrap()),
        ]
    }

    fn signed(key: &SecretKey, packet: &Digests, signer: &str) -> Signature {
        Signature::new(key, packet.clone(), signer, "2026-07-01").unwrap()
    }

    #[test]
    fn a_packet_is_believed_by_a_trusted_key_of_its_author_alone() {
        let [one, two, sm2] = keys();
        let (packet, other) = (Digests::of(b"packet"), Digests::of(b"other"));
        let mut trust = Trust::default();
        trust.add("inspection/一组", one.public());
        trust.add("inspection/一组", sm2.public());
        trust.add("inspection/二组", two.public());
        let check = |author: &str, list: &[Signature]| {
            trust.check(author, &packet, list).map(|s| s.algorithm)
        };
        let (a, b) = ("inspection/一组", "inspection/二组");
        for key in [&one, &sm2] {
            let list = [signed(&two, &other, b), signed(key, &packet, a)];
            assert_eq!(check(a, &list), Ok(key.algorithm()));
        }
        // Another author's key, in either name.
        let other_key = Err(Distrust::Signature(SignatureProblem::OtherKey));
        assert_eq!(check(a, &[signed(&two, &packet, a)]), other_key);
        let other_signer = Err(Distrust::OtherSigner {
            signer: b.into(),
            author: a.into(),
        });
        assert_eq!(check(a, &[signed(&two, &packet, b)]), other_signer);
        // Good signatures about another packet, and none.
        let unsigned = Err(Distrust::Unsigned(a.into()));
        assert_eq!(check(a, &[signed(&one, &other, a)]), unsigned);
        assert_eq!(check(a, &[]), unsigned);
        let unknown = Err(Distrust::UnknownAuthor("town/".into()));
        assert_eq!(check("town/", &[signed(&one, &packet, "town/")]), unknown);
        // A signature about another packet with the digests of this one written into it.
        let mut forged = signed(&one, &other, a);
        forged.case = packet.clone();
        let found = check(a, &[forged.clone()]);
        assert_eq!(found, Err(Distrust::Signature(SignatureProblem::Forged)));
        // It does not stand in the way of a good one.
        let good = signed(&one, &packet, a);
        assert!(check(a, &[forged, good]).is_ok());
    }
}
