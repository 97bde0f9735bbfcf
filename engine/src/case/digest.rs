//! Two hashes of different families beside each other: SHA-256 (FIPS 180-4), and SM3
//! (GB/T 32905-2016), which Chinese archives ask for.

use crate::spec::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sm3::Sm3;

/// Both digests of the same bytes, in hexadecimal.
///
/// ```
/// use dhi_engine::case::Digests;
/// let digests = Digests::of(b"abc");
/// assert!(digests.sha256.starts_with("ba7816bf"));
/// assert!(digests.sm3.starts_with("66c7f0f4"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digests {
    /// SHA-256.
    pub sha256: String,
    /// SM3.
    pub sm3: String,
}

impl Digests {
    /// Both digests of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: hex(&Sha256::digest(bytes)),
            sm3: hex(&Sm3::digest(bytes)),
        }
    }

    /// As it stands in a case file.
    pub(super) fn json(&self) -> String {
        format!(r#"{{"sha256":"{}","sm3":"{}"}}"#, self.sha256, self.sm3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GB/T 32905-2016, annex A, examples 1 and 2.
    #[test]
    fn sm3_of_the_standard() {
        let abc = Digests::of(b"abc");
        let first = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        assert_eq!(abc.sm3, first);
        let long = Digests::of("abcd".repeat(16).as_bytes());
        let second = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732";
        assert_eq!(long.sm3, second);
    }

    /// FIPS 180-4, the example of one block.
    #[test]
    fn sha256_of_the_standard() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Digests::of(b"abc").sha256, expected);
    }

    #[test]
    fn digests_stand_in_a_file_as_they_are_read() {
        let digests = Digests::of(b"x");
        assert_eq!(digests.json(), serde_json::to_string(&digests).unwrap());
    }
}
