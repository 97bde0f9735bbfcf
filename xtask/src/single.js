"use strict";
// Unpacks what the page carries, for the script that starts the program. A page
// opened from disk can load neither a program nor a worker from a file beside it.
(function () {
  function take(id) {
    var block = document.getElementById(id);
    var text = block.textContent;
    block.remove();
    return text;
  }
  function decode(text) {
    var characters = atob(text);
    var bytes = new Uint8Array(characters.length);
    for (var i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
    return bytes;
  }
  // The worker decodes and unpacks its own program, so that the page need not wait for it.
  var worker = [
    unpack,
    "\n",
    take("worker-glue"),
    "\nwasm_bindgen({ module_or_path: unpack((" + decode + ')("',
    take("worker-wasm"),
    '")) });'
  ];
  var address = URL.createObjectURL(new Blob(worker, { type: "text/javascript" }));
  document.documentElement.dataset.worker = address;
  window.carriedProgram = decode(take("main-wasm"));
})();
