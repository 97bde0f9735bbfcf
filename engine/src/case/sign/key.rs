//! Keys as the user brings them: secret ones encrypted (PKCS #8 with PBES2, PEM),
//! public ones as PEM, both as OpenSSL writes them.

use super::from_hex;
use crate::spec::hex;
use ed25519_dalek::{Signer as _, VerifyingKey as Ed25519Public};
use pkcs8::der::pem::PemLabel as _;
use pkcs8::{EncryptedPrivateKeyInfo, PrivateKeyInfo, SecretDocument, SubjectPublicKeyInfoRef};
use serde::{Deserialize, Serialize};
use sm2::dsa::signature::Verifier as _;
use sm2::elliptic_curve::sec1::ToEncodedPoint as _;

/// The identity GM/T 0009 takes for SM2 where none is agreed upon.
const SM2_IDENTITY: &str = "1234567812345678";

/// How a signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// RFC 8032.
    Ed25519,
    /// GB/T 32918.2, with SM3 and the usual identity.
    Sm2,
}

/// Why a key cannot be used. Nothing of the key is in the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file holds the key in the clear.
    #[error(
        "密钥文件未加密,拒绝使用;请先加密 · the key is not encrypted and is refused; encrypt it first: openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY -out ENCRYPTED"
    )]
    NotEncrypted,
    /// Wrong passphrase, or a cipher that is not known.
    #[error(
        "无法解密:口令不对,或加密方式不支持 · the key cannot be decrypted: wrong passphrase or unknown cipher"
    )]
    Passphrase,
    /// Not PEM of the right kind.
    #[error("不是 PKCS #8 格式的密钥 · not a key in PEM as PKCS #8 has it")]
    Unreadable,
    /// Neither Ed25519 nor SM2.
    #[error("密钥既非 Ed25519 也非 SM2 · the key is neither Ed25519 nor SM2")]
    Algorithm,
}

/// A key that signs. Wiped from memory when dropped, and without `Debug`.
pub enum SecretKey {
    /// For Ed25519.
    Ed25519(ed25519_dalek::SigningKey),
    /// For SM2.
    Sm2(sm2::SecretKey),
}

impl SecretKey {
    /// Refuses a key that is not encrypted: it should not lie about.
    pub fn check_encrypted(pem: &str) -> Result<(), KeyError> {
        encrypted_document(pem).map(|_| ())
    }

    /// Decrypts a key.
    pub fn from_pem(pem: &str, passphrase: &[u8]) -> Result<Self, KeyError> {
        let document = encrypted_document(pem)?;
        let encrypted = EncryptedPrivateKeyInfo::try_from(document.as_bytes());
        let encrypted = encrypted.map_err(|_| KeyError::Unreadable)?;
        let document = encrypted.decrypt(passphrase);
        let document = document.map_err(|_| KeyError::Passphrase)?;
        let info = PrivateKeyInfo::try_from(document.as_bytes());
        // A wrong passphrase can by chance leave padding that looks right.
        let info = info.map_err(|_| KeyError::Passphrase)?;
        if let Ok(key) = ed25519_dalek::SigningKey::try_from(info.clone()) {
            return Ok(Self::Ed25519(key));
        }
        let key = sm2::SecretKey::try_from(info).map_err(|_| KeyError::Algorithm)?;
        Ok(Self::Sm2(key))
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::Sm2(_) => Algorithm::Sm2,
        }
    }

    /// The key that checks its signatures.
    pub fn public(&self) -> PublicKey {
        match self {
            Self::Ed25519(key) => PublicKey::Ed25519(key.verifying_key()),
            Self::Sm2(key) => PublicKey::Sm2(key.public_key()),
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        match self {
            Self::Ed25519(key) => Ok(key.sign(message).to_bytes()),
            Self::Sm2(key) => {
                let key = sm2::dsa::SigningKey::new(SM2_IDENTITY, key);
                let signature = key.and_then(|key| key.try_sign(message));
                Ok(signature.map_err(|_| KeyError::Algorithm)?.to_bytes())
            }
        }
    }
}

fn encrypted_document(pem: &str) -> Result<SecretDocument, KeyError> {
    let (label, document) = SecretDocument::from_pem(pem).map_err(|_| KeyError::Unreadable)?;
    if label == EncryptedPrivateKeyInfo::PEM_LABEL {
        Ok(document)
    } else if label.ends_with("PRIVATE KEY") {
        Err(KeyError::NotEncrypted)
    } else {
        Err(KeyError::Unreadable)
    }
}

/// A key that checks signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// For Ed25519.
    Ed25519(Ed25519Public),
    /// For SM2.
    Sm2(sm2::PublicKey),
}

impl PublicKey {
    /// Reads PEM (`PUBLIC KEY`).
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let (label, document) = pkcs8::Document::from_pem(pem).map_err(|_| KeyError::Unreadable)?;
        if label != "PUBLIC KEY" {
            return Err(KeyError::Unreadable);
        }
        let info = SubjectPublicKeyInfoRef::try_from(document.as_bytes());
        let info = info.map_err(|_| KeyError::Unreadable)?;
        if let Ok(key) = Ed25519Public::try_from(info.clone()) {
            return Ok(Self::Ed25519(key));
        }
        let key = sm2::PublicKey::try_from(info).map_err(|_| KeyError::Algorithm)?;
        Ok(Self::Sm2(key))
    }

    pub(super) fn from_hex(algorithm: Algorithm, text: &str) -> Option<Self> {
        let bytes = from_hex(text)?;
        match algorithm {
            Algorithm::Ed25519 => {
                let bytes = bytes.try_into().ok()?;
                Ed25519Public::from_bytes(&bytes).ok().map(Self::Ed25519)
            }
            Algorithm::Sm2 => sm2::PublicKey::from_sec1_bytes(&bytes).ok().map(Self::Sm2),
        }
    }

    /// In hexadecimal: 32 bytes for Ed25519, the uncompressed point for SM2.
    pub fn hex(&self) -> String {
        match self {
            Self::Ed25519(key) => hex(key.as_bytes()),
            Self::Sm2(key) => hex(key.to_encoded_point(false).as_bytes()),
        }
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Self::Sm2(key) => {
                let key = sm2::dsa::VerifyingKey::new(SM2_IDENTITY, *key);
                let signature = sm2::dsa::Signature::from_slice(signature);
                let both = key.and_then(|key| Ok((key, signature?)));
                both.is_ok_and(|(key, signature)| key.verify(message, &signature).is_ok())
            }
        }
    }
}
