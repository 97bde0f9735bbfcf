//! Signatures of the standards, and files that were tampered with.

use super::*;

fn bytes(text: &str) -> Vec<u8> {
    from_hex(text).unwrap()
}

/// RFC 8032, section 7.1, tests 1 to 3: secret key, public key, message, signature.
#[test]
fn ed25519_of_the_standard() {
    let cases = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ];
    for (secret, public, message, signature) in cases {
        let secret: [u8; 32] = bytes(secret).try_into().unwrap();
        let key = SecretKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&secret));
        assert_eq!(key.public().hex(), public);
        assert_eq!(hex(&key.sign(&bytes(message)).unwrap()), signature);
        let public = PublicKey::from_hex(Algorithm::Ed25519, public).unwrap();
        assert!(public.verifies(&bytes(message), &bytes(signature)));
        assert!(!public.verifies(b"another", &bytes(signature)));
    }
}

/// GB/T 32918.5-2017, annex A: the example on the recommended curve, with the identity
/// `1234567812345678` and the message `message digest`. Its signature comes from a
/// random number; ours from the key and the message, so only checking is compared.
#[test]
fn sm2_of_the_standard() {
    let secret = bytes("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
    let key = SecretKey::Sm2(sm2::SecretKey::from_slice(&secret).unwrap());
    let public = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
        ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
    assert_eq!(key.public().hex(), public);
    let public = PublicKey::from_hex(Algorithm::Sm2, public).unwrap();
    let signature = bytes(
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
        b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
    );
    assert!(public.verifies(b"message digest", &signature));
    assert!(!public.verifies(b"message digesu", &signature));
    let own = key.sign(b"message digest").unwrap();
    assert!(public.verifies(b"message digest", &own));
    assert_eq!(own, key.sign(b"message digest").unwrap());
}

fn keys() -> [SecretKey; 2] {
    [
        SecretKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[7; 32])),
        SecretKey::Sm2(sm2::SecretKey::from_slice(&[7; 32]).unwrap()),
    ]
}

#[test]
fn every_changed_byte_of_a_signature_file_is_noticed() {
    let case = Digests::of(b"case");
    for key in keys() {
        let signature = Signature::new(&key, case.clone(), "组织部\nat x", "2026-07-01").unwrap();
        assert_eq!(signature.signer, "组织部 at x");
        let file = signature.to_json().into_bytes();
        let public = key.public();
        let found = Signature::verify(&file, &case, Some(&public));
        assert_eq!(found.unwrap(), signature);
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            let found = Signature::verify(&changed, &case, Some(&public));
            assert!(found.is_err(), "{at}");
        }
        let other = Signature::verify(&file, &Digests::of(b"other"), None);
        assert_eq!(other.unwrap_err(), SignatureProblem::OtherFile);
    }
}

/// Somebody else's signature with the expected public key written into it.
#[test]
fn a_forged_signature_is_named() {
    let case = Digests::of(b"case");
    let [ours, sm2] = keys();
    let theirs = SecretKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[8; 32]));
    let mut forged = Signature::new(&theirs, case.clone(), "组织部", "2026-07-01").unwrap();
    let verify = |s: &Signature| {
        let file = s.to_json().into_bytes();
        Signature::verify(&file, &case, Some(&ours.public())).unwrap_err()
    };
    assert_eq!(verify(&forged), SignatureProblem::OtherKey);
    forged.public_key = ours.public().hex();
    assert_eq!(verify(&forged), SignatureProblem::Forged);
    forged.algorithm = Algorithm::Sm2;
    forged.public_key = sm2.public().hex();
    assert_eq!(verify(&forged), SignatureProblem::Forged);
}
