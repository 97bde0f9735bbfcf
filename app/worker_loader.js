"use strict";
importScripts("./unpack.js", "./worker.js");
fetch("./worker_bg.wasm.packed").then(function (answer) {
  if (!answer.ok) throw new Error("worker: " + answer.status);
  return answer.arrayBuffer();
}).then(function (packed) {
  return wasm_bindgen({ module_or_path: unpack(new Uint8Array(packed)) });
}).catch(function (error) {
  // A promise that fails in here is told to nobody; what is thrown is.
  setTimeout(function () { throw error; });
});
