/* When many send at once a form asks for a proof of work: begun when the page is open, waited for when the form is sent. */
(function () {
  "use strict";
  var subtle = window.crypto && window.crypto.subtle, enc = new TextEncoder();
  function hex(bytes) { return Array.from(new Uint8Array(bytes), function (b) { return b.toString(16).padStart(2, "0"); }).join(""); }
  async function work(challenge, bits, content) {
    var digest = hex(await subtle.digest("SHA-256", enc.encode(content))), head = challenge + ":" + digest + ":";
    for (var n = 0; ; n += 64) {
      var tries = [];
      for (var i = 0; i < 64; i++) { tries.push(subtle.digest("SHA-256", enc.encode(head + (n + i)))); }
      var found = await Promise.all(tries);
      for (var j = 0; j < 64; j++) { if (new DataView(found[j]).getUint32(0) >>> (32 - bits) === 0) { return String(n + j); } }
    }
  }
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("input[data-work]").forEach(function (field) {
      if (!subtle) { return; }  // such a browser waits instead
      var form = field.form, note = form.querySelector("[data-working]"), ready = false;
      var done = work(field.dataset.work, Number(field.dataset.bits), field.dataset.kind).then(function (answer) { field.value = answer; ready = true; });
      form.addEventListener("submit", function (event) {
        if (ready) { return; }
        event.preventDefault(); event.stopImmediatePropagation();
        if (note) { note.textContent = note.dataset.working; note.hidden = false; }
        var button = event.submitter;
        done.then(function () { form.requestSubmit(button || undefined); });
      }, true);
    });
  });
})();
