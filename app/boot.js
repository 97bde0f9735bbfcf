"use strict";
// Starts the program, or says plainly why it cannot start.
(function () {
  var text = document.getElementById("boot-text");
  // The single file carries the program, the site has it beside the page.
  var carried = window.carriedProgram;
  var address = document.currentScript.dataset.program;
  function say(zh, en) { text.textContent = zh + " " + en; }
  if (typeof WebAssembly !== "object" || !window.indexedDB || !window.Worker || !Array.prototype.at) {
    say("浏览器版本过旧,请使用 Chromium 97 或更新的版本。", "This browser is too old: Chromium 97 or newer is needed.");
    return;
  }
  // A worker that stops cannot say so itself; the page listens to this.
  var Plain = window.Worker;
  window.Worker = class extends Plain {
    constructor(address, options) {
      super(address, options);
      this.addEventListener("error", function () { window.dispatchEvent(new Event("workerstopped")); });
    }
  };
  // Not from disk, where no service worker exists and none is needed.
  if (navigator.serviceWorker && /^http/.test(location.protocol) && !carried) {
    navigator.serviceWorker.register("./service_worker.js").catch(console.warn);
  }
  // A program that was not found is an error page, which cannot be unpacked.
  Promise.resolve(carried || fetch(address).then(function (answer) {
    if (!answer.ok) throw new Error(address + ": " + answer.status);
    return answer.arrayBuffer();
  })).then(function (packed) {
    return wasm_bindgen({ module_or_path: unpack(new Uint8Array(packed)) });
  }).catch(function (error) {
    console.error(error);
    say("程序没有能够启动,请刷新重试。", "The program could not start; please reload.");
  });
})();
