//! Detached signatures over case files and packets of 整改销号: Ed25519 (RFC 8032) or SM2 (GB/T 32918.2 with
//! SM3), by a key that the user brings and keeps.
//!
//! What is signed is a text of a few lines that names the file by both its digests, the
//! signer and the day. It is part of the signature file, so other software can check it
//! too. A signature says that the holder of a key signed; whose key it is, only a public
//! key received by another way can tell.

mod key;
mod trust;

pub use key::{Algorithm, KeyError, PublicKey, SecretKey};
pub use trust::{Distrust, Trust};

use super::Digests;
use crate::framework::Language;
use crate::spec::hex;
use serde::{Deserialize, Serialize};

/// What a signature file says it is.
pub const SIGNATURE_FORMAT: &str = "dhi-signature/1";

/// A signature over a case file or a packet, as it is kept beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    format: String,
    /// Which algorithm.
    pub algorithm: Algorithm,
    /// Office or role that signs, as it calls itself.
    pub signer: String,
    /// When, as given.
    pub at: String,
    /// Digests of the file.
    pub case: Digests,
    /// The public key that belongs to the signature, in hexadecimal.
    pub public_key: String,
    /// The signature in hexadecimal: 64 bytes, for SM2 r and s.
    #[serde(rename = "signature")]
    made: String,
}

/// Why a signature does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureProblem {
    /// Not a signature file, or not written as they are.
    Unreadable,
    /// It is about another file, or about another state of this one.
    OtherFile,
    /// It was made by another key than the one expected.
    OtherKey,
    /// It does not fit what it says: forged or changed.
    Forged,
}

impl SignatureProblem {
    /// What is wrong, in words.
    pub fn message(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Unreadable => (
                "不是签名文件,或已被改动",
                "this is not a signature file, or it was changed",
            ),
            Self::OtherFile => (
                "签名针对的是另一份文件",
                "the signature is about another file",
            ),
            Self::OtherKey => (
                "签名所用密钥不是指定的密钥",
                "the signature was made by another key than the one given",
            ),
            Self::Forged => (
                "签名无效:伪造,或签名后内容被改动",
                "the signature does not hold: it is forged, or what it says was changed",
            ),
        };
        match language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }
}

impl Signature {
    /// Signs a file that is known by its digests. The same key and texts give the
    /// same signature.
    pub fn new(key: &SecretKey, case: Digests, signer: &str, at: &str) -> Result<Self, KeyError> {
        let mut signature = Self {
            format: SIGNATURE_FORMAT.into(),
            algorithm: key.algorithm(),
            signer: one_line(signer),
            at: one_line(at),
            case,
            public_key: key.public().hex(),
            made: String::new(),
        };
        signature.made = hex(&key.sign(signature.statement().as_bytes())?);
        Ok(signature)
    }

    /// What is signed, byte for byte.
    pub fn statement(&self) -> String {
        let Digests { sha256, sm3 } = &self.case;
        let (format, signer, at) = (&self.format, &self.signer, &self.at);
        format!("{format}\nsha256 {sha256}\nsm3 {sm3}\nsigner {signer}\nat {at}\n")
    }

    /// As a file.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads a signature file and checks it against the digests of the file it is about
    /// and, if there is one, the key that is expected.
    pub fn verify(
        file: &[u8],
        case: &Digests,
        expected: Option<&PublicKey>,
    ) -> Result<Self, SignatureProblem> {
        let signature = Self::from_json(file)?;
        let key = signature.check(case)?;
        if expected.is_some_and(|e| *e != key) {
            return Err(SignatureProblem::OtherKey);
        }
        Ok(signature)
    }

    /// Reads a signature file, nothing of which is believed yet.
    pub fn from_json(file: &[u8]) -> Result<Self, SignatureProblem> {
        let signature: Self =
            serde_json::from_slice(file).map_err(|_| SignatureProblem::Unreadable)?;
        // Written in one way only, so that no byte is without meaning.
        if signature.format != SIGNATURE_FORMAT || signature.to_json().as_bytes() != file {
            return Err(SignatureProblem::Unreadable);
        }
        Ok(signature)
    }

    /// The key it was made with, if it holds and is about this file.
    fn check(&self, file: &Digests) -> Result<PublicKey, SignatureProblem> {
        let key = PublicKey::from_hex(self.algorithm, &self.public_key);
        let bytes = from_hex(&self.made);
        let (Some(key), Some(bytes)) = (key, bytes) else {
            return Err(SignatureProblem::Forged);
        };
        if !key.verifies(self.statement().as_bytes(), &bytes) {
            Err(SignatureProblem::Forged)
        } else if self.case != *file {
            Err(SignatureProblem::OtherFile)
        } else {
            Ok(key)
        }
    }
}

/// A text that cannot pretend to be another line of the statement.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Bytes of lower-case hexadecimal.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}

#[cfg(test)]
mod tests;
