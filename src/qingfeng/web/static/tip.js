/* Sealed tips.  Nothing readable leaves this file: ECDH P-256 with a key pair of the moment, HKDF-SHA-256, AES-256-GCM, padded to 1 KiB.
   The reporter's 24 digits become, by PBKDF2, a key for answers and a secret that names the mailbox. */
(function () {
  "use strict";
  var subtle = window.crypto && window.crypto.subtle;
  var enc = new TextEncoder(), dec = new TextDecoder();
  var INFO = "qingfeng tip v1", ROUNDS = 600000, BLOCK = 1024;
  function $(id) { return document.getElementById(id); }
  function b64(bytes) { var s = "", a = new Uint8Array(bytes); for (var i = 0; i < a.length; i++) { s += String.fromCharCode(a[i]); } return btoa(s); }
  function raw(text) { return Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); }); }
  function hex(bytes) { return Array.from(new Uint8Array(bytes), function (b) { return b.toString(16).padStart(2, "0"); }).join(""); }
  function random(n) { return crypto.getRandomValues(new Uint8Array(n)); }
  function padded(text) {
    var body = enc.encode(text), all = new Uint8Array(Math.ceil((body.length + 4) / BLOCK) * BLOCK);
    new DataView(all.buffer).setUint32(0, body.length); all.set(body, 4); return all;
  }
  function unpadded(bytes) { var a = new Uint8Array(bytes); return dec.decode(a.slice(4, 4 + new DataView(a.buffer).getUint32(0))); }
  function pair() { return { name: "ECDH", namedCurve: "P-256" }; }
  async function aes(shared, salt, keyId) {
    var base = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    return subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: salt, info: enc.encode(INFO + " " + keyId) }, base,
      { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }
  async function seal(text, spki, keyId) {
    var theirs = await subtle.importKey("spki", raw(spki), pair(), false, []);
    var mine = await subtle.generateKey(pair(), false, ["deriveBits"]);
    var shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, mine.privateKey, 256);
    var salt = random(16), nonce = random(12), key = await aes(shared, salt, keyId);
    var sealed = await subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: enc.encode(keyId) }, key, padded(text));
    return { key: keyId, nonce: b64(nonce), point: b64(await subtle.exportKey("raw", mine.publicKey)), salt: b64(salt), text: b64(sealed) };
  }
  async function unseal(sealed, privateKey) {
    var point = await subtle.importKey("raw", raw(sealed.point), pair(), false, []);
    var shared = await subtle.deriveBits({ name: "ECDH", public: point }, privateKey, 256);
    var key = await aes(shared, raw(sealed.salt), sealed.key);
    return unpadded(await subtle.decrypt({ name: "AES-GCM", iv: raw(sealed.nonce), additionalData: enc.encode(sealed.key) }, key, raw(sealed.text)));
  }
  async function fromDigits(digits) {
    var base = await subtle.importKey("raw", enc.encode(digits), "PBKDF2", false, ["deriveBits"]);
    var bits = await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: enc.encode("qingfeng tip mailbox v1"), iterations: ROUNDS }, base, 512);
    return { reply: bits.slice(0, 32), secret: hex(bits.slice(32)) };
  }
  async function replyKey(bytes) { return subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]); }
  function newDigits() { var s = ""; while (s.length < 24) { var b = random(1)[0]; if (b < 250) { s += String(b % 10); } } return s; }
  function shown(digits) { return digits.replace(/(\d{4})(?=\d)/g, "$1 "); }
  function canonical(sealed) { return JSON.stringify(sealed, Object.keys(sealed).sort()); }
  async function work(challenge, bits, content) {
    var digest = hex(await subtle.digest("SHA-256", enc.encode(content))), head = challenge + ":" + digest + ":";
    for (var n = 0; ; n += 64) {
      var tries = [];
      for (var i = 0; i < 64; i++) { tries.push(subtle.digest("SHA-256", enc.encode(head + (n + i)))); }
      var found = await Promise.all(tries);
      for (var j = 0; j < 64; j++) { if (new DataView(found[j]).getUint32(0) >>> (32 - bits) === 0) { return String(n + j); } }
    }
  }
  async function post(path, data) {
    var token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    var answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(data) });
    var told = await answer.json();
    if (!answer.ok) {
      var fault = new Error(document.documentElement.lang === "en" ? told.detail : told.detail_zh || told.detail);
      fault.status = answer.status; throw fault;
    }
    return told;
  }
  function say(node, name, more) { if (node) { node.textContent = (node.dataset[name] || "") + (more || ""); } }

  function reporter(box) {
    var kept = null, challenge = box.dataset.challenge, bits = Number(box.dataset.bits);
    async function send(text, digits, own) {
      var inside = JSON.stringify({ text: text, reply: b64(own.reply), day: new Date().toISOString().slice(0, 10) });
      var sealed = await seal(inside, box.dataset.spki, box.dataset.key), content = canonical(sealed);
      for (var turn = 0; ; turn++) {
        var answer = await work(challenge, bits, content), told = { sealed: sealed, secret: own.secret, challenge: challenge, work: answer };
        try { await post("/tip/send/", told); break; } catch (error) { if (error.status !== 409 || turn > 2) { throw error; } }
        await afresh();  // many are sending: a longer sum
      }
      await afresh();
    }
    async function afresh() {  // a challenge is good once
      var page = await (await fetch("/tip/", { headers: { Accept: "text/html" } })).text();
      var fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-tip]").dataset;
      challenge = fresh.challenge; bits = Number(fresh.bits);
    }
    async function show(own) {
      var told = await post("/tip/look/", { secret: own.secret }), list = $("tip-talk"), key = await replyKey(own.reply);
      list.textContent = "";
      for (var one of told.messages) {
        var item = document.createElement("li"), head = document.createElement("p"), body = document.createElement("p");
        head.className = "muted"; head.textContent = one.day + " · " + list.dataset[one.mine ? "mine" : "theirs"]; item.append(head);
        if (!one.mine) {
          item.className = "theirs"; body.className = "pre";
          body.textContent = unpadded(await subtle.decrypt({ name: "AES-GCM", iv: raw(one.sealed.nonce) }, key, raw(one.sealed.text)));
          item.append(body);
        }
        list.append(item);
      }
      return told.messages.length;
    }
    $("tip-form").addEventListener("submit", async function (event) {
      event.preventDefault();
      var state = $("tip-state"), text = $("tip-text").value.trim(), button = event.target.querySelector("button");
      if (!text) { say(state, "empty"); return; }
      button.disabled = true; say(state, "working");
      try {
        var digits = newDigits(), own = await fromDigits(digits);
        await send(text, digits, own);
        $("tip-text").value = ""; event.target.hidden = true; $("tip-digits").textContent = shown(digits); $("tip-done").hidden = false;
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
        kept = await fromDigits(digits);
        if (await show(kept)) { say(state, ""); $("tip-more").hidden = false; } else { kept = null; say(state, "none"); }
      } catch (error) { state.textContent = error.message; }
    });
    $("tip-more").addEventListener("submit", async function (event) {
      event.preventDefault();
      var state = $("tip-open-state"), text = $("tip-more-text").value.trim(), button = event.target.querySelector("button");
      if (!text || !kept) { return; }
      button.disabled = true; state.textContent = $("tip-state").dataset.working;
      try { await send(text, "", kept); $("tip-more-text").value = ""; await show(kept); say(state, ""); } catch (error) { state.textContent = error.message; }
      button.disabled = false;
    });
  }

  async function wrapping(passphrase, salt) {
    var base = await subtle.importKey("raw", enc.encode(passphrase), "PBKDF2", false, ["deriveKey"]);
    return subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt: salt, iterations: ROUNDS }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }
  function keymaker(form) {
    var ready = false;
    form.addEventListener("submit", async function (event) {
      if (ready && event.submitter === $("key-publish")) { return; }  // the public key goes to the server, nothing else
      event.preventDefault();
      var state = $("key-state"), pass = $("pass1").value;
      if (pass.length < 16 || pass !== $("pass2").value) { say(state, "differ"); return; }
      var made = await subtle.generateKey(pair(), true, ["deriveBits"]);
      var spki = b64(await subtle.exportKey("spki", made.publicKey)), salt = random(16), nonce = random(12);
      var closed = await subtle.encrypt({ name: "AES-GCM", iv: nonce }, await wrapping(pass, salt), await subtle.exportKey("pkcs8", made.privateKey));
      var id = hex(await subtle.digest("SHA-256", enc.encode(spki))).slice(0, 16);
      var file = new Blob([JSON.stringify({ kind: "qingfeng tip key v1", id: id, spki: spki, salt: b64(salt), nonce: b64(nonce), pkcs8: b64(closed), rounds: ROUNDS }, null, 1)], { type: "application/json" });
      var link = document.createElement("a"); link.href = URL.createObjectURL(file); link.download = "tip-key-" + id + ".json"; link.click();
      $("spki").value = spki; $("pass1").value = $("pass2").value = ""; $("pass1").required = $("pass2").required = false;
      say(state, "saved", " " + id); ready = true; $("key-publish").hidden = false; $("key-publish").focus();
    });
  }

  function reader() {
    var reply = null, list = document.querySelector("#tip-read .talk"), state = $("unlock-state");
    $("unlock").addEventListener("submit", async function (event) {
      event.preventDefault(); say(state, "working");
      var key;
      try {
        var kept = JSON.parse(await $("keyfile").files[0].text());
        var bytes = await subtle.decrypt({ name: "AES-GCM", iv: raw(kept.nonce) }, await wrapping($("pass").value, raw(kept.salt)), raw(kept.pkcs8));
        key = await subtle.importKey("pkcs8", bytes, pair(), false, ["deriveBits"]);
      } catch (error) { say(state, "wrong"); return; }
      $("pass").value = "";
      var opened = 0, items = Array.from(list.querySelectorAll("[data-sealed]"));
      for (var item of items) {
        var sealed = JSON.parse(item.dataset.sealed), body = item.querySelector(".body");
        if (sealed.key === "reply") { continue; }
        try {
          var told = JSON.parse(await unseal(sealed, key));
          body.textContent = told.text; reply = await replyKey(raw(told.reply)); opened++;
        } catch (error) { body.textContent = list.dataset.wrong; }
      }
      for (var own of items) {
        var mine = JSON.parse(own.dataset.sealed);
        if (mine.key !== "reply" || !reply) { continue; }
        try { own.querySelector(".body").textContent = unpadded(await subtle.decrypt({ name: "AES-GCM", iv: raw(mine.nonce) }, reply, raw(mine.text))); }
        catch (error) { own.querySelector(".body").textContent = list.dataset.wrong; }
      }
      say(state, opened ? "open" : "other");
      if (reply) { $("reply-text").disabled = false; $("reply").querySelector("button").disabled = false; }
    });
    $("reply").addEventListener("submit", async function (event) {
      event.preventDefault();
      var text = $("reply-text").value.trim(), form = event.target;
      if (!text || !reply) { return; }
      var nonce = random(12), sealed = await subtle.encrypt({ name: "AES-GCM", iv: nonce }, reply, padded(text));
      form.elements.nonce.value = b64(nonce); form.elements.text.value = b64(sealed); $("reply-text").value = "";
      HTMLFormElement.prototype.submit.call(form);
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    var box = document.querySelector("[data-tip]");
    if (!subtle) { say($("tip-state"), "old"); return; }
    document.querySelectorAll("[data-needs-script]").forEach(function (node) { node.hidden = false; });
    if (box) { reporter(box); }
    if ($("key-form")) { keymaker($("key-form")); }
    if ($("tip-read")) { reader(); }
  });
})();
