//! The checksum of archives, under the name that `zip` asks for.
//!
//! The published crate is fast by sixteen tables, which no compression makes smaller:
//! 16 KB of the engine's WebAssembly for files that are read once. In the browser one
//! table has to do; everywhere else this is the published crate itself.

#[cfg(not(target_arch = "wasm32"))]
pub use published::{Hasher, hash};
#[cfg(target_arch = "wasm32")]
pub use small::{Hasher, hash};

// Compiled everywhere, so that it is tested where tests run.
#[cfg(any(target_arch = "wasm32", test))]
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(unreachable_pub, reason = "public in the browser alone")
)]
mod small {
    /// CRC-32 (IEEE 802.3, reflected, polynomial 0xEDB88320) of every byte.
    const TABLE: [u32; 256] = table();

    const fn table() -> [u32; 256] {
        let mut table = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            let mut crc = byte as u32;
            let mut bit = 0;
            while bit < 8 {
                crc = if crc & 1 == 1 {
                    0xedb8_8320 ^ (crc >> 1)
                } else {
                    crc >> 1
                };
                bit += 1;
            }
            table[byte] = crc;
            byte += 1;
        }
        table
    }

    /// A checksum being worked out.
    #[derive(Clone, Debug, Default)]
    pub struct Hasher {
        /// The checksum of what was read.
        crc: u32,
    }

    impl Hasher {
        /// Of nothing yet.
        pub fn new() -> Self {
            Self::default()
        }

        /// Goes on from a checksum; of how many bytes does not matter here.
        pub fn new_with_initial_len(crc: u32, _bytes: u64) -> Self {
            Self { crc }
        }

        /// Reads on.
        pub fn update(&mut self, bytes: &[u8]) {
            let mut crc = !self.crc;
            for byte in bytes {
                crc = TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize] ^ (crc >> 8);
            }
            self.crc = !crc;
        }

        /// The checksum.
        pub fn finalize(self) -> u32 {
            self.crc
        }

        /// Starts over.
        pub fn reset(&mut self) {
            self.crc = 0;
        }
    }

    /// Checksum of some bytes.
    ///
    /// Of the digits 1 to 9 it is 0xCBF43926, the check value of the catalogue of CRC
    /// algorithms.
    pub fn hash(bytes: &[u8]) -> u32 {
        let mut hasher = Hasher::new();
        hasher.update(bytes);
        hasher.finalize()
    }
}

#[cfg(test)]
mod tests {
    use super::small;

    #[test]
    fn both_give_the_published_check_value_and_each_others() {
        assert_eq!(small::hash(b"123456789"), 0xcbf4_3926);
        assert_eq!(published::hash(b"123456789"), 0xcbf4_3926);
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for n in [0, 1, 255, 256, 1000] {
            assert_eq!(small::hash(&bytes[..n]), published::hash(&bytes[..n]));
        }
        let mut hasher = small::Hasher::new_with_initial_len(published::hash(&bytes[..300]), 300);
        hasher.update(&bytes[300..]);
        assert_eq!(hasher.clone().finalize(), published::hash(&bytes));
        hasher.reset();
        assert_eq!(hasher.finalize(), 0);
    }
}
