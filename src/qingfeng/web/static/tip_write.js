/* The reporter's page: whom the tip concerns stays in this browser; it is sealed to whoever the list on the page leaves. */
(function () {
  "use strict";
  var T = qingfengTip, $ = T.$, say = T.say;
  var MOST_FILES = 3, MOST_BYTES = 4 * 1024 * 1024 - T.FILE_BLOCK - 1024, SIDE = 2400;
  function newDigits() { var s = ""; while (s.length < 24) { var b = T.random(1)[0]; if (b < 250) { s += String(b % 10); } } return s; }
  function shown(digits) { return digits.replace(/(\d{4})(?=\d)/g, "$1 "); }

  function recipients(form) {
    var list = $("tip-to"), state = $("tip-to-state"), lines = Array.from(list.querySelectorAll("li"));
    var inside = lines.filter(function (line) { return !line.dataset.outside; }), outside = lines.find(function (line) { return line.dataset.outside; });
    var people = Array.from(form.querySelectorAll("[data-keys]"));
    function route() {
      var accused = people.filter(function (box) { return box.checked; });
      var left = inside.filter(function (line) { return accused.every(function (box) { return box.dataset.keys.split(" ").includes(line.dataset.key); }); });
      lines.forEach(function (line) { line.hidden = true; });
      (left.length ? left : outside ? [outside] : []).forEach(function (line) { line.hidden = false; });
      say(state, left.length ? "inside" : outside ? "up" : "nobody", left.length ? " " + left.length : "");
      $("tip-send").disabled = !chosen().length;
      $("tip-name").disabled = chosen().length < 3; $("tip-name-few").hidden = chosen().length >= 3;
    }
    function chosen() {
      return lines.filter(function (line) { return !line.hidden && line.querySelector("input").checked; })
        .map(function (line) { return { kid: line.dataset.key, spki: line.dataset.spki }; });
    }
    form.querySelectorAll("[data-keys], #tip-to input").forEach(function (box) { box.addEventListener("change", route); });
    $("tip-find").addEventListener("input", function () {
      var wanted = $("tip-find").value.trim();
      people.forEach(function (box) { var line = box.closest("li"); line.hidden = !box.checked && wanted !== "" && !line.textContent.includes(wanted); });
    });
    route();
    return chosen;
  }

  async function picture(file) {  // drawn anew: what a camera writes beside the picture is not in it
    var bitmap = await createImageBitmap(file), scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    var canvas = document.createElement("canvas"); canvas.width = Math.round(bitmap.width * scale); canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    var blob = await new Promise(function (done) { canvas.toBlob(done, "image/jpeg", 0.85); });
    return new Uint8Array(await blob.arrayBuffer());
  }
  async function filesOf(input) {
    var told = [], list = Array.from(input.files);
    if (list.length > MOST_FILES) { throw new Error(input.dataset.many); }
    for (var n = 0; n < list.length; n++) {
      var file = list[n], image = file.type.startsWith("image/"), ending = (file.name.match(/\.[A-Za-z0-9]{1,5}$/) || [""])[0].toLowerCase();
      var bytes = image ? await picture(file) : new Uint8Array(await file.arrayBuffer());
      if (bytes.length > MOST_BYTES) { throw new Error(input.dataset.large); }
      told.push({ name: (n + 1) + (image ? ".jpg" : ending), type: image ? "image/jpeg" : file.type, bytes: bytes });
    }
    return told;
  }
  function strange(input) { return Array.from(input.files).some(function (file) { return !file.type.startsWith("image/"); }); }

  document.addEventListener("DOMContentLoaded", function () {
    var box = document.querySelector("[data-tip]");
    if (!box || !T.subtle) { return; }
    var kept = null, targets = [], challenge = box.dataset.challenge, bits = Number(box.dataset.bits);
    var form = $("tip-form"), chosen = recipients(form), input = $("tip-files");
    async function afresh() {  // a challenge is good once
      var page = await (await fetch("/tip/", { headers: { Accept: "text/html" } })).text();
      var fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-tip]").dataset;
      challenge = fresh.challenge; bits = Number(fresh.bits);
    }
    async function send(text, own, to, files, name) {
      var inside = JSON.stringify({ text: text, reply: T.b64(own.reply), day: new Date().toISOString().slice(0, 10) });
      var made = await T.seal(inside, to, files, name, to.slice(0, 3)), content = T.canonical(made.sealed);
      for (var turn = 0; ; turn++) {
        var body = new FormData(), done = await T.work(challenge, bits, content);
        body.append("told", JSON.stringify({ sealed: made.sealed, secret: own.secret, challenge: challenge, work: done }));
        made.bodies.forEach(function (file) { body.append("file", file, "sealed"); });
        try { await T.post("/tip/send/", body); break; } catch (error) { if (error.status !== 409 || turn > 2) { throw error; } }
        await afresh();  // many are sending: a longer sum
      }
      await afresh();
    }
    async function show(own) {
      var told = await T.post("/tip/look/", JSON.stringify({ secret: own.secret }), "application/json"), list = $("tip-talk"), key = await T.aesKey(own.reply);
      list.textContent = "";
      for (var one of told.messages) {
        var item = document.createElement("li"), head = document.createElement("p"), words = document.createElement("p");
        head.className = "muted"; head.textContent = one.day + " · " + list.dataset[one.mine ? "mine" : one.above ? "above" : "theirs"]; item.append(head);
        if (!one.mine) {
          item.className = "theirs"; words.className = "pre"; item.append(words);
          try { words.textContent = await T.answered(one.sealed, key); } catch (error) { words.className = "warn"; words.textContent = list.dataset.forged; }
        }
        list.append(item);
      }
      var lines = $("tip-told"); lines.textContent = "";
      (told.told || []).forEach(function (line) { var item = document.createElement("li"); item.textContent = document.documentElement.lang === "en" ? line.en : line.zh; lines.append(item); });
      targets = told.to || [];
      return told.messages.length;
    }
    var later = $("tip-more-files");
    [input, later].forEach(function (one) { one.addEventListener("change", function () { $(one.id + "-warn").hidden = !strange(one); }); });
    form.addEventListener("submit", async function (event) {
      event.preventDefault();
      var state = $("tip-state"), text = $("tip-text").value.trim(), button = $("tip-send"), to = chosen();
      if (!text) { say(state, "empty"); return; }
      if (strange(input) && !$("tip-files-sure").checked) { say(state, "sure"); $("tip-files-sure").focus(); return; }
      button.disabled = true; say(state, "working");
      try {
        var digits = newDigits(), own = await T.fromDigits(digits);
        await send(text, own, to, await filesOf(input), to.length >= 3 ? $("tip-name").value.trim() : "");
        $("tip-text").value = $("tip-name").value = ""; input.value = ""; form.hidden = true;
        $("tip-digits").textContent = shown(digits); $("tip-done").hidden = false;
        $("tip-done").querySelector("[role=status]").tabIndex = -1; $("tip-done").querySelector("[role=status]").focus();
      } catch (error) { say(state, "failed", error.message); }
      button.disabled = false;
    });
    $("tip-open").addEventListener("submit", async function (event) {
      event.preventDefault();
      var state = $("tip-open-state"), digits = $("tip-code").value.replace(/\D/g, "");
      if (digits.length !== 24) { say(state, "none"); return; }
      say(state, "working");
      try {
        kept = await T.fromDigits(digits);
        if (await show(kept)) { say(state, ""); $("tip-more").hidden = false; } else { kept = null; say(state, "none"); }
      } catch (error) { state.textContent = error.message; }
    });
    $("tip-more").addEventListener("submit", async function (event) {
      event.preventDefault();
      var state = $("tip-open-state"), text = $("tip-more-text").value.trim(), button = event.target.querySelector("button");
      if (!text || !kept) { return; }
      if (strange(later) && !$("tip-more-files-sure").checked) { state.textContent = $("tip-state").dataset.sure; $("tip-more-files-sure").focus(); return; }
      button.disabled = true; state.textContent = $("tip-state").dataset.working;
      try {
        await send(text, kept, targets, await filesOf(later), "");
        $("tip-more-text").value = ""; later.value = ""; $("tip-more-files-warn").hidden = true; await show(kept); say(state, "");
      } catch (error) { state.textContent = error.message; }
      button.disabled = false;
    });
  });
})();
