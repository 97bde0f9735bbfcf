"use strict";
// Puts a program together that was packed for its way here, kind by kind, because that
// compresses better. How it was packed says xtask/src/packed.rs.
function unpack(packed) {
  var OUTSIDE = 0, DONE = 1, FRAME = 2, BLOCK = 3, BRANCH = 4, CALL = 5, FLOAT = 6;
  var I32 = 7, I64 = 8, LOCAL_GET = 9, LOAD = 12, STORE = 13, OTHER = 14, I32_TWO = 15;
  var LOCALS = 19, BRANCH_IF = 20, BRANCH_TABLE = 21, STREAMS = 22;
  var at = 0;
  function number() {
    var value = 0, shift = 0, byte;
    do { byte = packed[at++]; value |= (byte & 127) << shift; shift += 7; } while (byte > 127);
    return value;
  }
  var program = new Uint8Array(number()), end = 0, before = number();
  var next = [], k, op;
  for (k = 0; k < STREAMS; k++) next.push(number());
  for (k = 0; k < STREAMS; k++) { var length = next[k]; next[k] = at; at += length; }

  function copy(stream, count) {
    var from = next[stream];
    program.set(packed.subarray(from, from + count), end);
    end += count;
    next[stream] = from + count;
  }
  function take(stream) {
    var from = next[stream], value = 0, shift = 0, byte;
    do {
      byte = program[end++] = packed[from++];
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    next[stream] = from;
    return value;
  }
  // The variable at a place among those of a function, the most recently used first.
  var recent = [];
  function takeVariable(stream) {
    var place = 0, shift = 0, byte;
    do {
      byte = packed[next[stream]++];
      place |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    while (recent.length <= place) recent.push(recent.length);
    var variable = recent[place];
    for (; place > 0; place--) recent[place] = recent[place - 1];
    recent[0] = variable;
    for (; variable > 127; variable >>= 7) program[end++] = variable & 127 | 128;
    program[end++] = variable;
  }
  function takeConstant() {
    var first = packed[next[I32]++];
    if (first < 128) program[end++] = first;
    else copy(I32_TWO + first - 130, first - 128);
  }
  function takeAll(stream, count) { while (count-- > 0) take(stream); }

  // An instruction's number as it was packed gives the instruction itself, how it is
  // aligned, and the stream of the one number that most have.
  var real = [], aligned = [], follows = [], unusual = 0xd3;
  for (op = 0; op < 256; op++) { real[op] = op; aligned[op] = follows[op] = -1; }
  function set(from, to, stream) { for (op = from; op <= to; op++) follows[op] = stream; }
  set(0x02, 0x04, BLOCK); set(0x0c, 0x0c, BRANCH); set(0x0d, 0x0d, BRANCH_IF); set(0x10, 0x10, CALL);
  set(0x23, 0x26, OTHER); set(0x28, 0x35, LOAD); set(0x36, 0x3e, STORE); set(0x3f, 0x40, OTHER);
  follows[0x42] = I64; follows[0xd0] = follows[0xd2] = OTHER;
  "23230011001122232301012".split("").forEach(function (natural, i) {
    aligned[0x28 + i] = +natural;
    for (var align = 0; align < +natural; align++, unusual++) {
      real[unusual] = 0x28 + i; aligned[unusual] = align; follows[unusual] = follows[0x28 + i];
    }
  });

  copy(OUTSIDE, before);
  for (var functions = take(OUTSIDE); functions > 0; functions--) {
    var size = take(FRAME), stop = end + size;
    recent = [];
    takeAll(LOCALS, 2 * take(LOCALS));
    while (end < stop) {
      var code = packed[next[DONE]++];
      program[end++] = op = real[code];
      if (aligned[code] >= 0) program[end++] = aligned[code];
      if (follows[code] >= 0) take(follows[code]);
      else if (op >= 0x20 && op <= 0x22) takeVariable(LOCAL_GET + op - 0x20);
      else if (op === 0x41) takeConstant();
      else if (op === 0x0e) takeAll(BRANCH_TABLE, take(BRANCH_TABLE) + 1);
      else if (op === 0x11) takeAll(CALL, 2);
      else if (op === 0x1c) takeAll(OTHER, take(OTHER));
      else if (op === 0x43) copy(FLOAT, 4);
      else if (op === 0x44) copy(FLOAT, 8);
      else if (op === 0xfc) {
        k = take(OTHER);
        takeAll(OTHER, k < 8 ? 0 : k < 15 && k % 2 === 0 ? 2 : 1);
      }
    }
  }
  copy(OUTSIDE, program.length - end);
  return program;
}
