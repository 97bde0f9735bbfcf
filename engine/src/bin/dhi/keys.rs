//! Keys the user brings: read, asked for their passphrase, used to sign. The same for case
//! files and packets.

use crate::load;
use crate::score::write;
use crate::show::word;
use crate::{Done, Failure};
use dhi_engine::case::Digests;
use dhi_engine::case::sign::{KeyError, PublicKey, SecretKey, Signature};
use dhi_engine::framework::Language;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;
use zeroize::Zeroizing;

/// Signs a file known by its digests, as an office and on a day, and writes the signature.
pub(crate) fn sign(
    key: &Path,
    file: Digests,
    (signer, at): (&str, &str),
    out: &Path,
    language: Language,
) -> Result<Done, Failure> {
    let pem = Zeroizing::new(load::bytes(key)?);
    let pem = std::str::from_utf8(&pem).unwrap_or_default();
    let failure = |source| key_failure(key, source);
    // A key in the clear is refused before anyone types a passphrase.
    SecretKey::check_encrypted(pem).map_err(failure)?;
    let passphrase = passphrase(language)?;
    let key = SecretKey::from_pem(pem, passphrase.as_bytes()).map_err(failure)?;
    let signature = Signature::new(&key, file, signer, at).map_err(failure)?;
    write(out, signature.to_json().as_bytes())?;
    say_signed(out, &signature, language);
    Ok(Done::Ok)
}

/// A public key from its file.
pub(crate) fn public(path: &Path) -> Result<PublicKey, Failure> {
    let text = String::from_utf8_lossy(&load::bytes(path)?).into_owned();
    PublicKey::from_pem(&text).map_err(|source| key_failure(path, source))
}

pub(crate) fn say_signed(path: &Path, signature: &Signature, language: Language) {
    let (signer, at, key) = (&signature.signer, &signature.at, &signature.public_key);
    let algorithm = match signature.algorithm {
        dhi_engine::case::sign::Algorithm::Ed25519 => "Ed25519",
        dhi_engine::case::sign::Algorithm::Sm2 => "SM2",
    };
    let said = word(language, "签名有效", "signature holds");
    println!("{}: {said} · {algorithm} · {signer} · {at}", path.display());
    println!("{} {key}", word(language, "公钥", "public key"));
}

/// That a signature was checked against no key one knows.
pub(crate) fn say_unknown(option: &str, language: Language) {
    match language {
        Language::Chinese => println!("提示:未用 {option} 指定公钥,签名人身份未核实"),
        Language::English => {
            println!("note: no {option} was given, so whose key this is has not been checked");
        }
    }
}

fn key_failure(path: &Path, source: KeyError) -> Failure {
    Failure::Key {
        path: path.display().to_string(),
        source,
    }
}

/// From the terminal without showing it, or from the first line of the input; never
/// from the command line, which others can read.
fn passphrase(language: Language) -> Result<Zeroizing<String>, Failure> {
    let failure = |source| load::file_failure(Path::new("-"), source);
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        let prompt = word(language, "私钥口令:", "Passphrase of the key: ");
        return rpassword::prompt_password(prompt)
            .map(Zeroizing::new)
            .map_err(failure);
    }
    let mut line = Zeroizing::new(String::new());
    stdin.lock().read_line(&mut line).map_err(failure)?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}
