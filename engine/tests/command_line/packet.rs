//! `dhi packet`, and `--trust`: records are taken from those whose they are.

use super::case::{
    ED25519, ED25519_PUBLIC, NOT_ENCRYPTED, PASSPHRASE, SM2, SM2_PUBLIC, with_passphrase,
};
use super::ledger::packet;
use super::{dhi, folder, said};
use dhi_engine::case::Digests;
use std::path::{Path, PathBuf};
use std::process::Output;

const ONE: &str = "inspection/一组=";
const TWO: &str = "inspection/二组=";

/// A folder with packets of two offices, each with its own kind of key.
struct Desk {
    folder: PathBuf,
}

impl Desk {
    fn new(name: &str) -> Self {
        let desk = Self {
            folder: folder(name),
        };
        let one = packet("一组", &[("R-1", "001", "2026-03-01")]);
        let two = packet("二组", &[("S-1", "002", "2026-09-01")]);
        let files: [(&str, &[u8]); 7] = [
            ("one.json", &one),
            ("two.json", &two),
            ("ed.pem", ED25519.as_bytes()),
            ("ed.pub", ED25519_PUBLIC.as_bytes()),
            ("sm2.pem", SM2.as_bytes()),
            ("sm2.pub", SM2_PUBLIC.as_bytes()),
            ("clear.pem", NOT_ENCRYPTED.as_bytes()),
        ];
        for (name, bytes) in files {
            std::fs::write(desk.path(name), bytes).unwrap();
        }
        for (packet, key) in [("one.json", "ed.pem"), ("two.json", "sm2.pem")] {
            let output = desk.sign(packet, key, &[]);
            assert!(output.status.success(), "{}", said(&output));
        }
        desk
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn sign(&self, packet: &str, key: &str, more: &[&str]) -> Output {
        let (packet, key) = (self.path(packet), self.path(key));
        let start = ["--lang", "en", "packet", "sign", &packet, "--key", &key];
        let arguments = [&start[..], &["--at", "2026-07-03"], more].concat();
        with_passphrase(&arguments, PASSPHRASE)
    }

    fn verify(&self, packet: &str, signature: &str, public: &str) -> (i32, String) {
        let [packet, signature, public] = [packet, signature, public].map(|n| self.path(n));
        let start = ["--lang", "en", "packet", "verify", &packet];
        let more = ["--signature", &signature, "--public", &public];
        let output = dhi(&[&start[..], &more].concat());
        (output.status.code().unwrap(), said(&output))
    }

    /// `dhi ledger` of packets under signatures and trusted keys.
    fn ledger(&self, packets: &[&str], signatures: &[&str], trust: &[(&str, &str)]) -> Output {
        let _ = std::fs::remove_dir_all(self.path("out"));
        let paths =
            |names: &[&str]| -> Vec<String> { names.iter().map(|name| self.path(name)).collect() };
        let trusted = trust
            .iter()
            .map(|(of, file)| [*of, &self.path(file)].concat());
        let mut all: Vec<String> = ["--lang", "en", "ledger", "--out"].map(String::from).into();
        all.push(self.path("out"));
        for (option, values) in [
            ("--ledger", paths(packets)),
            ("--signatures", paths(signatures)),
            ("--trust", trusted.collect()),
        ] {
            if !values.is_empty() {
                all.push(option.into());
                all.extend(values);
            }
        }
        let span = "--from 2026-01-01 --to 2026-12-31 --today 2026-06-01";
        all.extend(span.split(' ').map(String::from));
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        dhi(&all)
    }

    /// What is said of packets that are refused; nothing is written then.
    fn refused(&self, packets: &[&str], signatures: &[&str], trust: &[(&str, &str)]) -> String {
        let output = self.ledger(packets, signatures, trust);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(!Path::new(&self.path("out")).exists());
        said(&output)
    }
}

const BOTH: [(&str, &str); 2] = [(ONE, "ed.pub"), (TWO, "sm2.pub")];

#[test]
fn a_signed_packet_verifies_and_another_one_does_not() {
    let desk = Desk::new("packet_sign");
    for (packet, public, author) in [
        ("one.json", "ed.pub", "inspection/一组"),
        ("two.json", "sm2.pub", "inspection/二组"),
    ] {
        let (code, words) = desk.verify(packet, &[packet, ".sig"].concat(), public);
        assert_eq!(code, 0, "{words}");
        let expected = [author, " · 2 records"].concat();
        assert!(
            words.contains(&expected) && words.contains("signature holds"),
            "{words}"
        );
    }
    // The same kind of file as over a case.
    let signed = std::fs::read_to_string(desk.path("one.json.sig")).unwrap();
    assert!(
        signed.contains("\"format\": \"dhi-signature/1\""),
        "{signed}"
    );
    let refused = |packet: &str, signature: &str, public: &str, expected: &str| {
        let (code, words) = desk.verify(packet, signature, public);
        assert!(code == 1 && words.contains(expected), "{words}");
    };
    let other_file = "the signature is about another file";
    refused("two.json", "one.json.sig", "ed.pub", other_file);
    let other_key = "by another key than the one given";
    refused("one.json", "one.json.sig", "sm2.pub", other_key);
    let forged = signed.replace("2026-07-03", "2026-07-04");
    std::fs::write(desk.path("forged.sig"), forged).unwrap();
    refused(
        "one.json",
        "forged.sig",
        "ed.pub",
        "does not hold: it is forged",
    );
    // It names the file by both its digests.
    let digests = Digests::of(&std::fs::read(desk.path("one.json")).unwrap());
    assert!(signed.contains(&digests.sha256) && signed.contains(&digests.sm3));
    // What is no packet is neither signed nor verified; a key in the clear is refused.
    let altered = String::from_utf8(packet("一组", &[("R-1", "001", "2026-03-01")])).unwrap();
    std::fs::write(
        desk.path("altered.json"),
        altered.replace("HAND-7", "HAND-8"),
    )
    .unwrap();
    refused(
        "altered.json",
        "one.json.sig",
        "ed.pub",
        "altered or cut off at record 1",
    );
    let none = desk.path("none.sig");
    let output = desk.sign("altered.json", "ed.pem", &["--out", &none]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let output = desk.sign("one.json", "clear.pem", &["--out", &none]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("the key is not encrypted"),
        "{}",
        said(&output)
    );
    assert!(!Path::new(&none).exists());
    // Without a key one knows, it only says that somebody signed.
    let [packet, signature] = ["one.json", "one.json.sig"].map(|n| desk.path(n));
    let output = dhi(&["packet", "verify", &packet, "--signature", &signature]);
    assert!(
        said(&output).contains("未用 --public 指定公钥"),
        "{}",
        said(&output)
    );
}

#[test]
fn trusted_packets_are_taken_and_give_what_they_gave() {
    let desk = Desk::new("packet_trust");
    let packets = ["one.json", "two.json"];
    let items = |signatures: &[&str], trust: &[(&str, &str)]| {
        let output = desk.ledger(&packets, signatures, trust);
        assert!(output.status.success(), "{}", said(&output));
        std::fs::read_to_string(desk.path("out/items.csv")).unwrap()
    };
    let before = items(&[], &[]);
    assert!(
        before.contains("R-1,001") && before.contains("S-1,002"),
        "{before}"
    );
    // Signatures in any order, and an author with two keys.
    let signatures = ["two.json.sig", "one.json.sig"];
    assert_eq!(items(&signatures, &BOTH), before);
    let rotated = [(ONE, "sm2.pub"), (ONE, "ed.pub"), (TWO, "sm2.pub")];
    assert_eq!(items(&signatures, &rotated), before);
}

#[test]
fn packets_of_somebody_else_are_refused_with_the_reason() {
    let desk = Desk::new("packet_refused");
    let good = ["one.json.sig", "two.json.sig"];
    let both = ["one.json", "two.json"];
    // A forged signature: its text, or the digests of another packet in it.
    let signed = std::fs::read_to_string(desk.path("one.json.sig")).unwrap();
    let forged = signed.replace("2026-07-03", "2026-07-04");
    std::fs::write(desk.path("forged.sig"), forged).unwrap();
    let words = desk.refused(&both, &["forged.sig", "two.json.sig"], &BOTH);
    assert!(
        words.contains("one.json: the signature does not hold: it is forged"),
        "{words}"
    );
    let mut moved = signed.clone();
    let digests = |name: &str| Digests::of(&std::fs::read(desk.path(name)).unwrap());
    let [one, two] = both.map(digests);
    for (old, new) in [(&one.sha256, &two.sha256), (&one.sm3, &two.sm3)] {
        moved = moved.replace(old, new);
    }
    std::fs::write(desk.path("moved.sig"), moved).unwrap();
    let words = desk.refused(&both, &["one.json.sig", "moved.sig"], &BOTH);
    assert!(
        words.contains("two.json: the signature does not hold"),
        "{words}"
    );
    // Another packet of the same office, itself in order, under the old signature.
    let later = packet("一组", &[("R-1", "001", "2026-12-01")]);
    std::fs::write(desk.path("later.json"), later).unwrap();
    let words = desk.refused(&["later.json", "two.json"], &good, &BOTH);
    let expected = "later.json: this packet of `inspection/一组` is not signed";
    assert!(words.contains(expected), "{words}");
    // Another author's key.
    let other = desk.path("other.sig");
    let output = desk.sign("one.json", "sm2.pem", &["--out", &other]);
    assert!(output.status.success(), "{}", said(&output));
    let words = desk.refused(&both, &["other.sig", "two.json.sig"], &BOTH);
    assert!(
        words.contains("one.json: the signature was made by another key"),
        "{words}"
    );
    // Nobody's key, and no signature.
    let words = desk.refused(&both, &good, &BOTH[..1]);
    assert!(
        words.contains("two.json: no key is trusted for `inspection/二组`"),
        "{words}"
    );
    let words = desk.refused(&both, &good[..1], &BOTH);
    assert!(words.contains("two.json: this packet of"), "{words}");
    // What has no signatures of its offices, what is no signature, what is no trust.
    let text = std::fs::read_to_string(desk.path("one.json")).unwrap();
    let project = ["{\"ledger\": [", &text, "]}"].concat();
    std::fs::write(desk.path("project.json"), project).unwrap();
    assert!(desk.ledger(&["project.json"], &[], &[]).status.success());
    let words = desk.refused(&["project.json"], &good, &BOTH);
    assert!(
        words.contains("project.json: a project file has no signatures"),
        "{words}"
    );
    let words = desk.refused(&both, &["one.json"], &BOTH);
    assert!(words.contains("this is not a signature file"), "{words}");
    let words = desk.refused(&both, &good, &[("nobody/=", "ed.pub")]);
    assert!(words.contains("there are: inspection, "), "{words}");
    desk.refused(&both, &good, &[]);
}
