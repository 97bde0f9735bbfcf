use super::*;

/// One function of a type without parameters, with these groups of variables and this
/// code, and one segment of data at 1024.
fn program_with(locals: &[u8], code: &[u8], data: &[u8]) -> Vec<u8> {
    let mut program = b"\0asm\x01\0\0\0".to_vec();
    program.extend([TYPE, 4, 1, 0x60, 0, 0, FUNCTION, 2, 1, 0]);
    let body = [locals, code].concat();
    let mut functions = vec![1];
    put_number(&mut functions, body.len());
    functions.extend(body);
    // 1024 is 80 08.
    let mut segments = vec![1, 0, 0x41, 0x80, 0x08, 0x0b];
    put_number(&mut segments, data.len());
    segments.extend(data);
    for (kind, section) in [(CODE, functions), (DATA, segments)] {
        program.push(kind);
        put_number(&mut program, section.len());
        program.extend(section);
    }
    program
}

fn program(code: &[u8]) -> Vec<u8> {
    program_with(&[0], code, &[])
}

fn comes_back(program: &[u8]) {
    assert_eq!(unpacked(&packed(program).unwrap()).unwrap(), program);
}

/// A stream of a packed program.
fn stream(packed: &[u8], which: usize) -> Vec<u8> {
    let (_, rest) = number(packed).unwrap();
    let (_, rest) = number(rest).unwrap();
    let (_, mut rest) = number(rest).unwrap();
    let mut lengths = Vec::new();
    for _ in 1..STREAMS {
        let (length, after) = number(rest).unwrap();
        lengths.push(length);
        rest = after;
    }
    let before: usize = lengths[..which - 1].iter().sum();
    rest[before..before + lengths[which - 1]].to_vec()
}

#[test]
fn like_stands_beside_like() {
    // local.get 0; i32.const 5; i32.add; i32.const 5; i32.sub; end
    let code = [0x20, 0, 0x41, 5, 0x6a, 0x41, 5, 0x6b, 0x0b];
    let packed = packed(&program(&code)).unwrap();
    // A constant before an addition is one with it; the variable read is the first one.
    let done = stream(&packed, DONE);
    let forms = Forms::new().unwrap();
    let ops = done.iter().map(|code| forms.of_code(*code).unwrap());
    let ops: Vec<(u8, u8)> = ops.map(|form| (form.op(), form.last())).collect();
    let expected = [
        (0x20, 0x20),
        (0x41, 0x6a),
        (0x41, 0x41),
        (0x6b, 0x6b),
        (0x0b, 0x0b),
    ];
    assert_eq!(ops, expected);
    assert_eq!(stream(&packed, CONSTANT + 0x6a), [5]);
    assert_eq!(stream(&packed, CONSTANT + 0x6b), [5]);
}

#[test]
fn every_instruction_with_what_belongs_to_it_comes_back() {
    let code = [
        &[
            0x02, 0x40, 0x0c, 0, 0x0b, 0x0e, 2, 0, 1, 0, 0x10, 0x80, 1, 0x11, 1, 0,
        ][..],
        &[
            0x1c, 1, 0x7f, 0x21, 3, 0x22, 4, 0x23, 0, 0x25, 0, 0x37, 3, 16, 0x37, 0, 16,
        ],
        &[
            0x3f, 0, 0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
        ],
        &[
            0x43, 1, 2, 3, 4, 0x44, 1, 2, 3, 4, 5, 6, 7, 8, 0xd0, 0x70, 0xd2, 5,
        ],
        &[0x20, 4, 0x28, 2, 8, 0x22, 1, 0x28, 0, 9, 0x36, 2, 0x90, 2],
        &[0x41, 0xe5, 0x8e, 0x26, 0x1a, 0x41, 0x80, 0x80, 0x80, 0x78],
        &[0xfc, 0, 0xfc, 10, 0, 0, 0xfc, 11, 0, 0xfc, 15, 0, 0x0b],
    ]
    .concat();
    comes_back(&program(&code));
    // Variables of two types; those of the last reach just as far as is used, and further.
    for last in [3, 40] {
        comes_back(&program_with(&[2, 2, 0x7f, last, 0x7e], &code, &[]));
    }
}

#[test]
fn addresses_in_data_go_by_the_one_before() {
    // Three words: 1028, 1024 and one that is no address; then bytes that look like marks.
    let mut data = Vec::new();
    for word in [1028_u32, 1024, 0xdead_beef] {
        data.extend(word.to_le_bytes());
    }
    data.extend([MARK, MARK, 7, 0, MARK]);
    comes_back(&program_with(&[0], &[0x0b], &data));
    comes_back(&program_with(&[0], &[0x0b], &[]));
}

#[test]
fn variables_go_by_how_recently_they_were_used() {
    let (mut there, mut back) = (Recent::default(), Recent::default());
    let used = [3, 3, 0, 3, 1, 0];
    // 3 is fourth among 0 to 3; then the order is 3 0 1 2, and 0 is second.
    let places = used.map(|variable| {
        let place = there.place_of(variable);
        assert_eq!(there.at(place).unwrap(), variable);
        place
    });
    assert_eq!(places, [3, 0, 1, 1, 2, 2]);
    assert_eq!(places.map(|place| back.at(place).unwrap()), used);
}

#[test]
fn what_is_not_known_stops_the_build() {
    let said = |code: &[u8]| format!("{:#}", packed(&program(code)).unwrap_err());
    assert!(
        said(&[0xfd, 0, 0x0b]).contains("fd"),
        "{}",
        said(&[0xfd, 0, 0x0b])
    );
    assert!(said(&[0xfc, 99, 0x0b]).contains("fc 63"));
    assert!(packed(b"\0asm\x01\0\0\0").is_err());
}

#[test]
fn what_came_damaged_is_refused() {
    let code = [0x20, 0, 0x41, 5, 0x6a, 0x36, 2, 8, 0x0b];
    let whole = packed(&program_with(&[1, 2, 0x7f], &code, &[0, 4, 0, 0])).unwrap();
    for at in 0..whole.len() {
        for bit in [1, 0x40, 0x80] {
            let mut damaged = whole.clone();
            damaged[at] ^= bit;
            assert!(unpacked(&damaged).is_err(), "byte {at}, bit {bit}");
        }
        assert!(unpacked(&whole[..at]).is_err(), "cut at {at}");
    }
}
