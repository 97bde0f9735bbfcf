//! `dhi case`: what is sealed verifies, and every change is noticed and named.

use super::{DATA, FRAMEWORK, dhi, folder, said};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

// Keys made for these tests with OpenSSL 3.0; they protect nothing.
pub(super) const PASSPHRASE: &str = "test-only";
/// `openssl genpkey -algorithm ed25519 -aes256`
pub(super) const ED25519: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiB+j9spKb9mAICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKSUBt1ZPG/vjUJjX9sFZqYEQNun
/LylLm49uiSjpr7xZ/3pARRj8IS9rvlOoKDGFl15GFXzOP924+IAm3g6qwFJW8e4
if7+FpksuOkujwql5I4=
-----END ENCRYPTED PRIVATE KEY-----
";
/// Its public key.
pub(super) const ED25519_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAu0Np6D9eCHnmzukVDoVAZPv+BEXxEs6ludsY9IrEhTc=
-----END PUBLIC KEY-----
";
/// `openssl genpkey -algorithm SM2 -aes256`
pub(super) const SM2: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgdXiBl10UrKAICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEH1KxK5wqE2dxh2pc9R87aEEgZCY
ZVabFfqSaHHGalIgNa2CFaG/mX1cLlr1+WOLNLJhQlGzZX3c1jHycHU7QzLRLGnx
TYbaEwq4PzfdUBskbJR2EeiZBMrVMYnh5GGzKxu+pJou90t6p7iCj6kd6qUHvnDY
//zWFjIMdNAgTQ6g6KRyikbb9/WaLZzD9GMg+/rDK9hkOWSg3TvCgwPOtu8C9So=
-----END ENCRYPTED PRIVATE KEY-----
";
/// Its public key.
pub(super) const SM2_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAECl6L3zsr2T51Aq1WZNA3ksXZ2i0H
KimMeoe8AZpVNf+6hYN14qLuGsxjDT9sq7C8MAVgsrzyaLevOwJTn2UXmQ==
-----END PUBLIC KEY-----
";
/// The example of RFC 8410, section 10.3: a key in the clear.
pub(super) const NOT_ENCRYPTED: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";

/// Exit code and words of a check, in English.
fn verify(more: &[&str]) -> (i32, String) {
    let output = dhi(&[&["--lang", "en", "case", "verify"], more].concat());
    (output.status.code().unwrap(), said(&output))
}

/// Runs the program with a passphrase as its input.
pub(super) fn with_passphrase(arguments: &[&str], passphrase: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dhi"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A key that is refused is refused before the passphrase is read.
    let _ = writeln!(child.stdin.take().unwrap(), "{passphrase}");
    child.wait_with_output().unwrap()
}

/// A folder with a packed case and keys.
struct Desk {
    folder: PathBuf,
}

impl Desk {
    fn new(name: &str) -> Self {
        let desk = Self {
            folder: folder(name),
        };
        let files = [
            ("f.csv", FRAMEWORK),
            ("d.csv", DATA),
            ("ed.pem", ED25519),
            ("ed.pub", ED25519_PUBLIC),
            ("sm2.pem", SM2),
            ("sm2.pub", SM2_PUBLIC),
            ("clear.pem", NOT_ENCRYPTED),
        ];
        for (name, text) in files {
            std::fs::write(desk.path(name), text).unwrap();
        }
        let output = desk.pack("d.csv", "case.json");
        assert!(output.status.success(), "{}", said(&output));
        desk
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn pack(&self, data: &str, out: &str) -> Output {
        let (framework, data, out) = (self.path("f.csv"), self.path(data), self.path(out));
        let start = ["--lang", "en", "case", "pack", "--framework", &framework];
        dhi(&[&start[..], &["--data", &data, "--out", &out]].concat())
    }

    fn sign(&self, key: &str, passphrase: &str, out: &str) -> Output {
        let (case, key, out) = (self.path("case.json"), self.path(key), self.path(out));
        let start = ["--lang", "en", "case", "sign", &case, "--key", &key];
        let more = ["--signer", "组织部", "--at", "2026-07-03", "--out", &out];
        with_passphrase(&[&start[..], &more].concat(), passphrase)
    }

    fn case(&self) -> String {
        std::fs::read_to_string(self.path("case.json")).unwrap()
    }

    /// What is said about a changed copy of the case, which must not verify.
    fn refused(&self, bytes: &[u8]) -> String {
        let path = self.path("changed.json");
        std::fs::write(&path, bytes).unwrap();
        let (code, said) = verify(&[&path]);
        assert_eq!(code, 1, "{said}");
        said
    }
}

#[test]
fn a_packed_case_verifies_and_repeats() {
    let desk = Desk::new("case_pack");
    let case = desk.path("case.json");
    let (code, words) = verify(&[&case]);
    assert_eq!(code, 0, "{words}");
    assert!(words.contains("every result came out again to the bit"));
    assert!(words.contains("供组织研究参考"), "{words}");
    let chinese = dhi(&["case", "verify", &case]);
    assert!(said(&chinese).contains("核验通过"), "{}", said(&chinese));
    desk.pack("d.csv", "again.json");
    assert_eq!(
        desk.case(),
        std::fs::read_to_string(desk.path("again.json")).unwrap()
    );
    assert!(desk.case().contains("\"name\":\"d.csv\",\"bytes\":"));

    std::fs::write(desk.path("bad.csv"), DATA.replace("60", "NaN")).unwrap();
    let blocked = desk.pack("bad.csv", "none.json");
    assert_eq!(blocked.status.code(), Some(1));
    assert!(!Path::new(&desk.path("none.json")).exists());
    assert_eq!(verify(&[&desk.path("none.json")]).0, 2);
}

#[test]
fn a_flipped_byte_anywhere_is_noticed_and_named() {
    let desk = Desk::new("case_flip");
    let case = desk.case();
    let named = [
        ("Alpha", "Alphb", "the data is not what was sealed"),
        (
            "\"tolerance\":1e-9",
            "\"tolerance\":1e-8",
            "the specification is not what was sealed",
        ),
        (
            "78.75",
            "78.76",
            "scores › 001 › top is `78.76` in the file and `78.75`",
        ),
        (
            "\"scheme\":",
            "\"schema\":",
            "the form of the scheme is broken",
        ),
        ("dhi-case/1", "dhi-casf/1", "not a case file"),
    ];
    for (old, new, words) in named {
        assert!(case.contains(old), "{old}");
        let said = desk.refused(case.replacen(old, new, 1).as_bytes());
        assert!(said.contains(words), "{old}: {said}");
    }
    // Spread over the whole file, the last byte among them; a unit test flips them all.
    let step = case.len() / 40;
    for at in (0..case.len()).step_by(step).chain([case.len() - 1]) {
        let mut changed = case.clone().into_bytes();
        changed[at] ^= 1;
        desk.refused(&changed);
    }
}

#[test]
fn a_truncated_case_is_named_in_both_languages() {
    let desk = Desk::new("case_cut");
    let case = desk.case();
    let cut = case.find("\"spec\":").unwrap() + 20;
    let words = desk.refused(&case.as_bytes()[..cut]);
    assert!(
        words.contains("cut off within its specification"),
        "{words}"
    );
    let chinese = dhi(&["case", "verify", &desk.path("changed.json")]);
    assert_eq!(chinese.status.code(), Some(1));
    assert!(
        said(&chinese).contains("文件不完整:在“计算方案”一节中断"),
        "{}",
        said(&chinese)
    );
    let words = desk.refused(&case.as_bytes()[..case.len() - 1]);
    assert!(
        words.contains("cut off within its seal of the file"),
        "{words}"
    );
}

/// The hashes of the log are those a project has: SHA-256 over the hash before, the
/// number, and both texts with their lengths, here computed by other software.
#[test]
fn a_log_is_chained_and_its_order_is_checked() {
    let desk = Desk::new("case_log");
    let log = r#"[{"seq":1,"at":"a","action":"one","hash":"4c9d68d59a59068781e59c68296616466302ed9ef8ba79288a9f77bc43cd84e7"},
        {"seq":2,"at":"b","action":"two","hash":"5adfc913c7dd2b904033278ba266750ec4bc7a7ea624b89cf013da4b14ac445a"}]"#;
    std::fs::write(desk.path("log.json"), log).unwrap();
    let (f, d, l, out) = (
        desk.path("f.csv"),
        desk.path("d.csv"),
        desk.path("log.json"),
        desk.path("case.json"),
    );
    let pack = || {
        dhi(&[
            "case",
            "pack",
            "--framework",
            &f,
            "--data",
            &d,
            "--log",
            &l,
            "--out",
            &out,
        ])
    };
    let output = pack();
    assert!(output.status.success(), "{}", said(&output));
    let case = desk.case();
    assert!(verify(&[&out]).1.contains("2 log entries"));
    let (start, rest) = case.split_once("\"log\":[").unwrap();
    let (entries, end) = rest.split_once("],\n").unwrap();
    let (one, two) = entries.split_once("},{").unwrap();
    let swapped = format!("{start}\"log\":[{{{two},{one}}}],\n{end}");
    let words = desk.refused(swapped.as_bytes());
    assert!(
        words.contains("reordered: entry 1 carries number 2"),
        "{words}"
    );
    let words = desk.refused(case.replacen("two", "twp", 1).as_bytes());
    assert!(words.contains("entry 2 of the log"), "{words}");

    std::fs::write(&l, log.replace("one", "eno")).unwrap();
    let refused = pack();
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        said(&refused).contains("breaks at entry 1"),
        "{}",
        said(&refused)
    );
}

#[test]
fn signatures_of_both_kinds_hold_and_forged_ones_do_not() {
    let desk = Desk::new("case_sign");
    let case = desk.path("case.json");
    for (key, public, signature) in [
        ("ed.pem", "ed.pub", "ed.sig"),
        ("sm2.pem", "sm2.pub", "sm2.sig"),
    ] {
        let output = desk.sign(key, PASSPHRASE, signature);
        assert!(output.status.success(), "{}", said(&output));
        let (signature, public) = (desk.path(signature), desk.path(public));
        let (code, words) = verify(&[&case, "--signature", &signature, "--key", &public]);
        assert_eq!(code, 0, "{words}");
        assert!(
            words.contains("signature holds") && words.contains("组织部"),
            "{words}"
        );
        let (code, words) = verify(&[&case, "--signature", &signature]);
        assert!(
            code == 0 && words.contains("has not been checked"),
            "{words}"
        );
    }
    let signed = std::fs::read_to_string(desk.path("ed.sig")).unwrap();
    let (forged, public) = (desk.path("forged.sig"), desk.path("ed.pub"));
    let refused = |text: &str, words: &str| {
        std::fs::write(&forged, text).unwrap();
        let (code, said) = verify(&[&case, "--signature", &forged, "--key", &public]);
        assert!(code == 1 && said.contains(words), "{said}");
    };
    refused(
        &signed.replace("组织部", "纪委"),
        "does not hold: it is forged",
    );
    refused(
        &signed.replace("\"at\":", "\"at\": "),
        "not a signature file",
    );
    let other = std::fs::read_to_string(desk.path("sm2.sig")).unwrap();
    refused(&other, "another key than the one given");
    // Another case, which verifies, under a signature that was not made for it.
    std::fs::write(desk.path("e.csv"), DATA.replace("60", "61")).unwrap();
    desk.pack("e.csv", "other.json");
    let (other, signature) = (desk.path("other.json"), desk.path("ed.sig"));
    let (code, words) = verify(&[&other, "--signature", &signature, "--key", &public]);
    assert!(code == 1 && words.contains("about another file"), "{words}");
}

#[test]
fn keys_in_the_clear_are_refused_and_nothing_of_a_key_is_said() {
    let desk = Desk::new("case_keys");
    let cases = [
        ("clear.pem", PASSPHRASE, "the key is not encrypted"),
        ("ed.pem", "wrong-pass", "wrong passphrase"),
        ("ed.pub", PASSPHRASE, "not a key in PEM"),
        ("d.csv", PASSPHRASE, "not a key in PEM"),
    ];
    for (key, passphrase, words) in cases {
        let output = desk.sign(key, passphrase, "none.sig");
        assert_eq!(output.status.code(), Some(2));
        let said = said(&output);
        assert!(said.contains(words), "{said}");
        assert!(!said.contains(passphrase), "{said}");
        assert!(!Path::new(&desk.path("none.sig")).exists());
    }
    let output = desk.sign("ed.pem", PASSPHRASE, "ed.sig");
    let written = std::fs::read_to_string(desk.path("ed.sig")).unwrap();
    let secret = ED25519.lines().nth(1).unwrap();
    for text in [said(&output), written] {
        assert!(
            !text.contains(PASSPHRASE) && !text.contains(secret),
            "{text}"
        );
    }
    // What does not verify is not signed.
    let altered = desk.case().replacen("Alpha", "Alphb", 1);
    std::fs::write(desk.path("case.json"), altered).unwrap();
    let output = desk.sign("ed.pem", PASSPHRASE, "none.sig");
    assert_eq!(output.status.code(), Some(1));
    assert!(!Path::new(&desk.path("none.sig")).exists());
}

/// By hand: x of 70 % is 40 points, so Beta gets 0.75 · 40 + 0.25 · 100 = 55.
#[test]
fn diff_explains_two_cases() {
    let desk = Desk::new("case_diff");
    std::fs::write(desk.path("e.csv"), DATA.replace("60", "70")).unwrap();
    desk.pack("e.csv", "other.json");
    let (a, b) = (desk.path("case.json"), desk.path("other.json"));
    let output = dhi(&["--lang", "en", "case", "diff", &a, &b]);
    assert_eq!(output.status.code(), Some(0));
    let words = said(&output);
    assert!(words.contains("[data] 1 › 002 › x: 60 → 70"), "{words}");
    assert!(
        words.contains("[results] scores › 002 › top: 40 → 55"),
        "{words}"
    );
    assert!(words.contains("Results differ because"), "{words}");
    let same = dhi(&["case", "diff", &a, &a]);
    assert!(said(&same).contains("两份案卷内容相同"), "{}", said(&same));
    std::fs::write(&b, desk.case().replacen("Alpha", "Alphb", 1)).unwrap();
    assert_eq!(dhi(&["case", "diff", &a, &b]).status.code(), Some(1));
}

/// Counts of people may be under five, so a comparison shows none of them.
#[test]
fn diff_shows_no_survey_counts() {
    let desk = Desk::new("case_diff_survey");
    let framework = "id,parent,name,direction,measure,lower,upper,weight\n\
        top,,Index,,,,,1\nc_satisfaction,top,Satisfied,+,points,60,95,1\n";
    std::fs::write(desk.path("f.csv"), framework).unwrap();
    std::fs::write(desk.path("u.csv"), "code,name,town,class\n001,A,T,K\n").unwrap();
    let survey = |people: u32| {
        format!(
            "code,question,group,answer,people,issued,returned,period\n\
            001,满意度,household,很满意,{},30,20,1\n001,满意度,household,不满意,{people},,,1\n",
            20 - people
        )
    };
    for (people, out) in [(3, "a.json"), (4, "b.json")] {
        std::fs::write(desk.path("s.csv"), survey(people)).unwrap();
        let (f, u, s) = (desk.path("f.csv"), desk.path("u.csv"), desk.path("s.csv"));
        let out = desk.path(out);
        let output = dhi(&[
            "case",
            "pack",
            "--framework",
            &f,
            "--data",
            &u,
            &s,
            "--out",
            &out,
        ]);
        assert!(output.status.success(), "{}", said(&output));
    }
    let output = dhi(&[
        "--lang",
        "en",
        "case",
        "diff",
        &desk.path("a.json"),
        &desk.path("b.json"),
    ]);
    let words = said(&output);
    assert!(words.contains("[data] surveys › 1: … → …\n"), "{words}");
    let data = words.lines().filter(|l| l.starts_with("[data]"));
    assert!(data.clone().count() == 1, "{words}");
}
