"use strict";
// Puts a program together that was packed for its way here, kind by kind, because that
// compresses better. How it was packed, and why so, says xtask/src/packed.rs.
function unpack(packed) {
  // What each code of an instruction stands for, in bytes. After a point no number
  // follows; after a plus is what comes behind the number.
  var CODES = "41+6a 3501 3802 41 418080808078. 417f. 4101. 4102. 43 53 57 95 b6    20 2000. 2001. 2002. 23 2300. 25 69 99 9d ac c0 d0 01 03 1c 2a00 2a01 2b01 2e00 3000 3201 3200 3402 3400 3401 3800 3801 3900 3901 3f 5b 5c 5d 5e 5f 60 7b 81 8a 8b 8c 8d 8e 8f 90 91 92 02 0240. 027f. 0340. 04 0440. 05 0b 0d 0d00. 0d01. 10 11 1a 21 2400. 26 2a02 2b00 3600 3601 3602 360200. 360204. 360208. 3700 3701 3702 370208. 3703 3902 3903 3a00 3a0000. 3b00 3b01 3c00 3d00 3d01 3e02 55 b5 b9 bb fc 93 96 97 98 9e a4 a8 a9 aa ab ae af b0 b1 b2 b3 b4 c2 c3 1b 22 24 2800 2801 2802 280200. 2b02 2c00 2d00 2d0000. 2e01 2f00 2f01 3300 3500 3e00 40 4c 4e 54 56 5a 61 62 63 64 65 67 68 6a 6b 6c 6d 6e 6f 70 71 72 73 74 75 76 77 78 7f 89 94 9b 9c a7 bc be c1 c4 d1 d2        00 0c 0c01. 0c02. 0e 0f 2900 2901 2902 2903 2b03 2b0300. 3100 3301 3502 3e01 42 4200. 4201. 4220. 79 7a 7c 7d 7e 80 82 83 84 85 86 87 88 9a 9f a0 a1 a2 a3 a5 a6 ad b7 b8 ba bd bf  45 46 47 48 49 4a 4b 4d 4f 50 51 52 58 59 66 44";
  var OUTSIDE = 0xe0, DONE = 0xe1, LOCALS = 0xe2, COUNTS = 0xe3, LONG = 0xe1;
  var SEGMENTS = 0xe7, POINTERS = 0xe8, CONSTANT = 0x100, STREAMS = 0x200;
  var next = [0], end = 0, k;

  function check(isWell) { if (!isWell) throw new Error("The program is damaged."); }
  // The next number (LEB128) of a stream.
  function read(stream, bytes) {
    var value = 0, shift = 0, from = next[stream], byte;
    do {
      byte = bytes[from++];
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    next[stream] = from;
    return value >>> 0;
  }
  function readSigned(stream) {
    var value = read(stream, packed);
    return value >>> 1 ^ -(value & 1);
  }
  // One with a sign has no more than 63 in its last byte.
  function put(value, most) {
    for (; value > most; value >>>= 7) program[end++] = value & 127 | 128;
    program[end++] = value;
  }
  function copy(stream, count) {
    var from = next[stream];
    program.set(packed.subarray(from, from + count), end);
    end += count;
    next[stream] = from + count;
  }
  function take(stream) {
    var value = 0, shift = 0, from = next[stream], byte;
    do {
      byte = program[end++] = packed[from++];
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    next[stream] = from;
    return value >>> 0;
  }
  function takeAll(stream, count) {
    for (; count > 0; count--) {
      check(end < program.length);
      take(stream);
    }
  }

  var length = read(0, packed), sum = read(0, packed), before = read(0, packed), lengths = [];
  for (k = 1; k < STREAMS; k++) lengths[k] = read(0, packed);
  for (k = 1; k < STREAMS; k++) {
    next[k] = next[0];
    next[0] += lengths[k];
  }
  check(next[0] === packed.length);
  // Functions need some room more while they are put together.
  var words = new Uint32Array((length >> 2) + 999), program = new Uint8Array(words.buffer);

  // What follows an instruction.
  var NUMBER = 1, GET = 2, SET = 3, LOAD = 4, STORE = 5, STORED = 6, VALUE = 7, OTHER = 8, WHOLE = 9;
  var follows = [], ops = [], rest = [], kinds = [], behind = [];
  [
    2, 4, NUMBER, 12, 13, NUMBER, 14, 14, OTHER, 16, 16, NUMBER, 17, 17, OTHER, 28, 28, OTHER, 32, 32, GET,
    33, 34, SET, 35, 38, NUMBER, 40, 53, LOAD, 54, 62, STORE, 63, 64, NUMBER, 65, 66, VALUE, 67, 68, OTHER,
    0xd0, 0xd0, NUMBER, 0xd2, 0xd2, NUMBER, 0xfc, 0xfc, OTHER
  ].forEach(function (from, i, ranges) {
    if (i % 3 === 0) for (; from <= ranges[i + 1]; from++) follows[from] = ranges[i + 2];
  });
  CODES.split(" ").forEach(function (text, code) {
    var parts = text.split("+"), bytes = (parts[0].match(/\w\w/g) || []).map(function (byte) { return parseInt(byte, 16); });
    var kind = follows[bytes[0]];
    if (text.slice(-1) === "." && kind !== GET) kind = kind === STORE ? STORED : WHOLE;
    ops[code] = bytes.shift();
    rest[code] = bytes;
    kinds[code] = kind || 0;
    behind[code] = parseInt(parts[1] || 0, 16);
  });

  // The variables of a function, the most recently used first.
  var recent = [], known, most;
  function know(variable) {
    check(variable < 65536);
    for (; known <= variable; known++) recent[known] = known;
  }
  function use(place) {
    var variable = recent[place];
    for (; place > 0; place--) recent[place] = recent[place - 1];
    recent[0] = variable;
    if (variable > most) most = variable;
    put(variable, 127);
  }

  copy(OUTSIDE, before);
  // How many parameters each type has, and so each function.
  var ofTypes = [], parameters = [], kind, stop, count;
  for (next[0] = 8; next[0] < end; next[0] = stop) {
    kind = program[next[0]++];
    stop = read(0, program);
    stop += next[0];
    for (count = kind === 1 || kind === 3 ? read(0, program) : 0; count > 0 && next[0] < end; count--) {
      if (kind === 3) parameters.push(ofTypes[read(0, program)]);
      else {
        next[0]++;
        ofTypes.push(k = read(0, program));
        next[0] += k;
        k = read(0, program);
        next[0] += k;
      }
    }
  }

  for (var functions = take(OUTSIDE), f = 0; f < functions; f++) {
    // The code comes first and is moved when what stands before it is known.
    var start = end, groups = read(LOCALS, packed), types = next[LOCALS];
    var depth = 1, stored = 0, last = 0, done = next[DONE];
    check(groups < 100);
    next[LOCALS] += groups;
    var code = end += 10 + 6 * groups;
    known = 0;
    most = -1;
    while (depth > 0) {
      var form = packed[done++], op = ops[form], bytes = rest[form], first, stream;
      program[end++] = op;
      switch (kinds[form]) {
        case GET:
          k = bytes.length > 0 ? bytes[0] : read(op, packed);
          if (k >= known) know(k);
          use(k);
          break;
        case NUMBER: take(op); break;
        case SET:
          k = read(0x21, packed);
          if (k >= known) know(k);
          use(recent.indexOf(k));
          break;
        case LOAD:
          program[end++] = bytes[0];
          take(last === 0x20 ? 0x28 : last === 0x22 ? 0x29 : 0x2a);
          break;
        case STORE:
          program[end++] = bytes[0];
          put(stored += readSigned(op), 127);
          break;
        case STORED:
          stored = bytes[1]; // Fall through.
        case WHOLE:
          for (k = 0; k < bytes.length; k++) program[end++] = bytes[k];
          break;
        case VALUE:
          stream = CONSTANT + (behind[form] || ops[packed[done]]);
          first = packed[next[stream]];
          if (op === 0x41 && first > 130 && first < 134 && packed[next[stream] + 1] === 0) {
            next[stream] += 2;
            copy(LONG + first - 128, first - 128);
          } else take(stream);
          if (behind[form]) program[end++] = op = behind[form];
          break;
        case OTHER:
          if (op === 0x0e) takeAll(op, take(op) + 1);
          else if (op === 0x11) takeAll(op, 2);
          else if (op === 0x1c) takeAll(op, take(op));
          else if (op < 0x45) copy(0x44, op === 0x43 ? 4 : 8);
          else {
            k = take(op);
            takeAll(op, k < 8 ? 0 : k < 15 && k % 2 === 0 ? 2 : 1);
          }
          break;
        default: check(op >= 0);
      }
      if (op === 0x0b) depth--;
      else if (op < 5 && op > 1) depth++;
      last = op;
    }
    next[DONE] = done;
    stop = end;
    put(groups, 127);
    // How many variables the last type has follows from the last one used.
    for (count = most + 1 - parameters[f]; groups > 0; groups--) {
      k = read(COUNTS, packed);
      if (groups === 1) k += count;
      count -= k;
      put(k, 127);
      program[end++] = packed[types++];
    }
    k = end;
    end = start;
    put(k - code, 127);
    program.copyWithin(end, stop, k);
    end += k - stop;
    program.copyWithin(end, code, stop);
    end += stop - code;
  }

  // Segments of data, and in them addresses by how far they are from the one before.
  copy(OUTSIDE, 1);
  take(OUTSIDE);
  var address = 0, pointer = 0, mark = 0;
  for (count = take(OUTSIDE); count > 0; count--) {
    check(end < length);
    address += read(SEGMENTS, packed);
    program[end++] = 0;
    program[end++] = 0x41;
    put(address, 63);
    program[end++] = 0x0b;
    put(k = read(SEGMENTS, packed), 127);
    for (stop = address + k; address < stop;) {
      if (mark <= next[OUTSIDE]) mark = packed.indexOf(255, next[OUTSIDE]) + 1 || packed.length;
      k = Math.min(mark - 1 - next[OUTSIDE], stop - address);
      copy(OUTSIDE, k);
      address += k;
      if (address === stop) break;
      k = address % 4 === 0 && address + 4 <= stop ? read(POINTERS, packed) : 0;
      if (k > 0) {
        next[OUTSIDE]++;
        pointer += --k >>> 1 ^ -(k & 1);
        for (k = 0; k < 32; k += 8) program[end++] = pointer >>> k;
        address += 4;
      } else {
        copy(OUTSIDE, 1);
        address++;
      }
    }
  }
  copy(OUTSIDE, length - end);
  program.fill(0, length);
  var hash = 0;
  for (k = 0; k < length; k += 4) hash = Math.imul(hash ^ words[k >> 2], 0x9e3779b1);
  check(hash === (sum | 0));
  return program.subarray(0, length);
}
