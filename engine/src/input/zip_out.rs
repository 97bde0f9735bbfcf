//! An archive of stored parts (PKWARE APPNOTE 6.3, without compression): small
//! enough to check by eye, read back by the library that reads imports.

/// Version needed to extract: 2.0.
const VERSION: u16 = 20;
/// Names are in UTF-8.
const FLAGS: u16 = 1 << 11;
/// 1980-01-01, the first day there is: the same parts make the same bytes.
const DATE: u16 = 1 << 5 | 1;

/// An archive while it is written.
#[derive(Default)]
pub(super) struct ZipOut {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    n_parts: u16,
}

impl ZipOut {
    /// Adds a part; `None` beyond what the format can hold.
    pub(super) fn put(&mut self, name: &str, content: &[u8]) -> Option<()> {
        let at = u32::try_from(self.bytes.len()).ok()?;
        let size = u32::try_from(content.len()).ok()?;
        let name_size = u16::try_from(name.len()).ok()?;
        self.n_parts = self.n_parts.checked_add(1)?;
        let mut common = Vec::with_capacity(26);
        for field in [VERSION, FLAGS, 0, 0, DATE] {
            common.extend(field.to_le_bytes());
        }
        for field in [crc32fast::hash(content), size, size] {
            common.extend(field.to_le_bytes());
        }
        common.extend(name_size.to_le_bytes());
        common.extend(0u16.to_le_bytes());
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(content);
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&common);
        // No comment, first disk, no attributes.
        self.directory.extend([0; 10]);
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(name.as_bytes());
        Some(())
    }

    /// The whole archive.
    pub(super) fn finish(mut self) -> Option<Vec<u8>> {
        let at = u32::try_from(self.bytes.len()).ok()?;
        let size = u32::try_from(self.directory.len()).ok()?;
        self.bytes.append(&mut self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(self.n_parts.to_le_bytes());
        self.bytes.extend(self.n_parts.to_le_bytes());
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(at.to_le_bytes());
        self.bytes.extend(0u16.to_le_bytes());
        Some(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Read as _};

    #[test]
    fn parts_read_back_and_bytes_repeat() {
        let write = || {
            let mut zip = ZipOut::default();
            zip.put("a.txt", b"123456789").unwrap();
            zip.put("目录/二.xml", "村".as_bytes()).unwrap();
            zip.finish().unwrap()
        };
        let bytes = write();
        assert_eq!(bytes, write());
        // The check value of CRC-32 in every description of it.
        assert_eq!(bytes[14..18], 0xcbf4_3926_u32.to_le_bytes());
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for (name, content) in [("a.txt", "123456789"), ("目录/二.xml", "村")] {
            let mut text = String::new();
            let mut part = archive.by_name(name).unwrap();
            part.read_to_string(&mut text).unwrap();
            assert_eq!(text, content);
        }
        assert_eq!(archive.len(), 2);
    }
}
