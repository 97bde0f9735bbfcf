//! Long columns on their way between worker and page: as the bytes they are, in one
//! piece. Value by value, those of half a million villages would take longer to read
//! than to compute.

/// Numbers.
pub mod column {
    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};
    use std::fmt;
    use std::marker::PhantomData;
    use zerocopy::{FromBytes, Immutable, IntoBytes};

    /// Bytes of numbers.
    pub fn serialize<T, S>(column: &[T], to: S) -> Result<S::Ok, S::Error>
    where
        T: IntoBytes + Immutable,
        S: Serializer,
    {
        to.serialize_bytes(column.as_bytes())
    }

    struct Bytes<T>(PhantomData<T>);

    impl<T: Clone + Default + FromBytes + IntoBytes> Visitor<'_> for Bytes<T> {
        type Value = Vec<T>;

        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("bytes")
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<T>, E> {
            let n = bytes.len() / size_of::<T>();
            let mut column = vec![T::default(); n];
            let room = column.as_mut_bytes();
            if room.len() != bytes.len() {
                return Err(E::invalid_length(bytes.len(), &self));
            }
            room.copy_from_slice(bytes);
            Ok(column)
        }
    }

    /// Numbers of bytes; refused where their number is not whole.
    pub fn deserialize<'de, T, D>(from: D) -> Result<Vec<T>, D::Error>
    where
        T: Clone + Default + FromBytes + IntoBytes,
        D: Deserializer<'de>,
    {
        from.deserialize_bytes(Bytes(PhantomData))
    }
}

/// Several columns of the same length.
pub mod columns {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct OneByOne {
        n: u32,
        #[serde(with = "super::column")]
        values: Vec<f64>,
    }

    /// All values, column by column.
    pub fn serialize<S: Serializer>(columns: &[Vec<f64>], to: S) -> Result<S::Ok, S::Error> {
        let all = OneByOne {
            n: columns.len() as u32,
            values: columns.concat(),
        };
        all.serialize(to)
    }

    /// The columns again.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Vec<f64>>, D::Error> {
        let OneByOne { n, values } = OneByOne::deserialize(from)?;
        let length = (values.len() / (n as usize).max(1)).max(1);
        let mut columns: Vec<Vec<f64>> = values.chunks_exact(length).map(<[f64]>::to_vec).collect();
        columns.resize(n as usize, Vec::new());
        Ok(columns)
    }
}

/// Grades, four bytes each.
pub mod grades {
    use dhi_engine::rank::{Grade, Withheld};
    use serde::{Deserializer, Serializer};

    /// Up to here a number is a band's position.
    const BANDS: u32 = 1 << 30;

    fn code(grade: Grade) -> u32 {
        match grade {
            Grade::Band(at) => at,
            Grade::Withheld(Withheld::NoScore) => BANDS,
            Grade::Withheld(Withheld::LowCoverage) => BANDS + 1,
            Grade::Withheld(Withheld::Screened) => BANDS + 2,
            Grade::Withheld(Withheld::LowPillarCoverage(at)) => BANDS + 3 + at,
        }
    }

    fn grade(code: u32) -> Grade {
        match code.checked_sub(BANDS) {
            None => Grade::Band(code),
            Some(0) => Grade::Withheld(Withheld::NoScore),
            Some(1) => Grade::Withheld(Withheld::LowCoverage),
            Some(2) => Grade::Withheld(Withheld::Screened),
            Some(more) => Grade::Withheld(Withheld::LowPillarCoverage(more - 3)),
        }
    }

    /// A number for every grade.
    pub fn serialize<S: Serializer>(grades: &[Grade], to: S) -> Result<S::Ok, S::Error> {
        let codes: Vec<u32> = grades.iter().copied().map(code).collect();
        super::column::serialize(&codes, to)
    }

    /// The grades again.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Grade>, D::Error> {
        let codes: Vec<u32> = super::column::deserialize(from)?;
        Ok(codes.into_iter().map(grade).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{column, columns, grades};
    use dhi_engine::rank::{Grade, Withheld};
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Message {
        #[serde(with = "column")]
        scores: Vec<f64>,
        #[serde(with = "column")]
        ranks: Vec<u32>,
        #[serde(with = "columns")]
        pillars: Vec<Vec<f64>>,
        #[serde(with = "grades")]
        grades: Vec<Grade>,
    }

    #[test]
    fn columns_arrive_bit_for_bit() {
        let withheld = [
            Withheld::NoScore,
            Withheld::LowCoverage,
            Withheld::LowPillarCoverage(0),
            Withheld::LowPillarCoverage(7),
            Withheld::Screened,
        ];
        let mut grades: Vec<Grade> = withheld.map(Grade::Withheld).to_vec();
        grades.extend([Grade::Band(0), Grade::Band(4)]);
        let full = Message {
            scores: vec![0.1 + 0.2, -0.0, f64::INFINITY],
            ranks: vec![0, 7, u32::MAX],
            pillars: vec![vec![1.0, 2.0], vec![3.0, 4.0], vec![5.0, 6.0]],
            grades,
        };
        let empty = Message {
            scores: Vec::new(),
            ranks: Vec::new(),
            pillars: vec![Vec::new(), Vec::new()],
            grades: Vec::new(),
        };
        for message in [full, empty] {
            let bytes = bincode::serialize(&message).unwrap();
            let back: Message = bincode::deserialize(&bytes).unwrap();
            assert_eq!(back, message);
        }
        let nan = bincode::serialize(&Message {
            scores: vec![f64::NAN],
            ranks: Vec::new(),
            pillars: Vec::new(),
            grades: Vec::new(),
        });
        let back: Message = bincode::deserialize(&nan.unwrap()).unwrap();
        assert!(back.scores[0].is_nan());
        // Eight bytes to a number.
        let odd = bincode::serialize(&[1_u8, 2, 3].to_vec()).unwrap();
        let mut from = bincode::Deserializer::from_slice(&odd, bincode::options());
        assert!(column::deserialize::<f64, _>(&mut from).is_err());
    }
}
