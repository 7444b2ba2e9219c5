/* Sealed tips: what the pages of reporters and of inspectors share.  Format: docs/adr/014-tips.md.
   One key of the moment (AES-256-GCM) for the text and its files, wrapped for each recipient: ECDH P-256 with a pair of the moment and
   HKDF-SHA-256.  The reporter's 24 digits become, by PBKDF2, a key for answers and a secret that names the mailbox. */
var qingfengTip = (function () {
  "use strict";
  var subtle = window.crypto && window.crypto.subtle;
  var enc = new TextEncoder(), dec = new TextDecoder();
  var V1 = "qingfeng tip v1", V2 = "qingfeng tip v2", ROUNDS = 600000, BLOCK = 1024, FILE_BLOCK = 65536;
  function $(id) { return document.getElementById(id); }
  function b64(bytes) { var s = "", a = new Uint8Array(bytes); for (var i = 0; i < a.length; i++) { s += String.fromCharCode(a[i]); } return btoa(s); }
  function raw(text) { return Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); }); }
  function hex(bytes) { return Array.from(new Uint8Array(bytes), function (b) { return b.toString(16).padStart(2, "0"); }).join(""); }
  function random(n) { return crypto.getRandomValues(new Uint8Array(n)); }
  function packed(body, block) {
    var all = new Uint8Array(Math.ceil((body.length + 4) / block) * block);
    new DataView(all.buffer).setUint32(0, body.length); all.set(body, 4); return all;
  }
  function unpacked(bytes) { var a = new Uint8Array(bytes); return a.slice(4, 4 + new DataView(a.buffer).getUint32(0)); }
  function pair() { return { name: "ECDH", namedCurve: "P-256" }; }
  function aesKey(bytes) { return subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]); }
  function gcm(nonce, about) { return { name: "AES-GCM", iv: nonce, additionalData: enc.encode(about || "") }; }
  async function derived(shared, salt, info) {
    var base = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    return subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: salt, info: enc.encode(info) }, base,
      { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }
  async function wrap(bytes, spki, info) {
    var theirs = await subtle.importKey("spki", raw(spki), pair(), false, []);
    var mine = await subtle.generateKey(pair(), false, ["deriveBits"]);
    var shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, mine.privateKey, 256);
    var salt = random(16), nonce = random(12), key = await derived(shared, salt, V2 + " " + info);
    var closed = await subtle.encrypt(gcm(nonce, info), key, bytes);
    return [await subtle.exportKey("raw", mine.publicKey), salt, nonce, closed].map(b64).join(".");
  }
  async function unwrap(parts, privateKey, info) {
    var point = await subtle.importKey("raw", raw(parts[0]), pair(), false, []);
    var shared = await subtle.deriveBits({ name: "ECDH", public: point }, privateKey, 256);
    return new Uint8Array(await subtle.decrypt(gcm(raw(parts[2]), info), await derived(shared, raw(parts[1]), V2 + " " + info), raw(parts[3])));
  }
  function about(kids) { return V2 + " " + kids.slice().sort().join(" "); }
  function xor(a, b) { return a.map(function (byte, i) { return byte ^ b[i]; }); }
  function half(kid, other) { return "share " + kid + " " + other; }

  /* to: [{kid, spki}]; files: [{name, type, bytes}]; name: who the reporter is, or ""; holders: three of to. */
  async function seal(text, to, files, name, holders) {
    var content = random(32), key = await aesKey(content), nonce = random(12), kids = to.map(function (one) { return one.kid; });
    var boxes = [], listed = [], bodies = [];
    for (var one of to) { boxes.push(one.kid + "." + await wrap(content, one.spki, "box " + one.kid)); }
    for (var file of files) {
      var head = packed(enc.encode(JSON.stringify({ name: file.name, type: file.type })), BLOCK), body = new Uint8Array(head.length + file.bytes.length);
      body.set(head); body.set(file.bytes, head.length);
      var fresh = random(12), closed = await subtle.encrypt(gcm(fresh, "file"), key, packed(body, FILE_BLOCK));
      listed.push(hex(await subtle.digest("SHA-256", closed)) + "." + b64(fresh)); bodies.push(new Blob([closed]));
    }
    var sealed = { v: "2", boxes: boxes.join(" "), nonce: b64(nonce), text: b64(await subtle.encrypt(gcm(nonce, about(kids)), key, packed(enc.encode(text), BLOCK))) };
    if (listed.length) { sealed.files = listed.join(" "); }
    if (name) { Object.assign(sealed, await vault(name, holders)); }
    return { sealed: sealed, bodies: bodies };
  }
  async function vault(name, holders) {  // any two of three: for each pair a random half and what makes it whole
    var whole = random(32), nonce = random(12), shares = [];
    for (var i = 0; i < 3; i++) {
      for (var j = i + 1; j < 3; j++) {
        var a = holders[i], b = holders[j], one = random(32), two = xor(whole, one);
        shares.push(a.kid + "." + b.kid + "." + await wrap(one, a.spki, half(a.kid, b.kid)));
        shares.push(b.kid + "." + a.kid + "." + await wrap(two, b.spki, half(b.kid, a.kid)));
      }
    }
    var closed = await subtle.encrypt(gcm(nonce, "identity"), await aesKey(whole), packed(enc.encode(name), BLOCK));
    return { idnonce: b64(nonce), idtext: b64(closed), idshares: shares.join(" ") };
  }
  async function contentKey(sealed, ring) {
    for (var box of sealed.boxes.split(" ")) {
      var parts = box.split("."), key = ring[parts[0]];
      if (key) { return aesKey(await unwrap(parts.slice(1), key, "box " + parts[0])); }
    }
    throw new Error("no key");
  }
  async function unseal(sealed, ring) {
    if (sealed.v === "2") {
      var kids = sealed.boxes.split(" ").map(function (box) { return box.split(".")[0]; });
      return dec.decode(unpacked(await subtle.decrypt(gcm(raw(sealed.nonce), about(kids)), await contentKey(sealed, ring), raw(sealed.text))));
    }
    var point = await subtle.importKey("raw", raw(sealed.point), pair(), false, []);  // as sealed before there were several recipients
    var shared = await subtle.deriveBits({ name: "ECDH", public: point }, ring[sealed.key], 256);
    var key = await derived(shared, raw(sealed.salt), V1 + " " + sealed.key);
    return dec.decode(unpacked(await subtle.decrypt(gcm(raw(sealed.nonce), sealed.key), key, raw(sealed.text))));
  }
  async function unsealFile(sealed, nonce, bytes, ring) {
    var all = unpacked(await subtle.decrypt(gcm(raw(nonce), "file"), await contentKey(sealed, ring), bytes));
    return { head: JSON.parse(dec.decode(unpacked(all.slice(0, BLOCK)))), bytes: all.slice(BLOCK) };
  }
  async function answer(text, reply) {
    var nonce = random(12), closed = await subtle.encrypt({ name: "AES-GCM", iv: nonce }, reply, packed(enc.encode(text), BLOCK));
    return { key: "reply", nonce: b64(nonce), text: b64(closed) };
  }
  async function answered(sealed, reply) {
    return dec.decode(unpacked(await subtle.decrypt({ name: "AES-GCM", iv: raw(sealed.nonce) }, reply, raw(sealed.text))));
  }
  async function fromDigits(digits) {
    var base = await subtle.importKey("raw", enc.encode(digits), "PBKDF2", false, ["deriveBits"]);
    var bits = await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: enc.encode("qingfeng tip mailbox v1"), iterations: ROUNDS }, base, 512);
    return { reply: bits.slice(0, 32), secret: hex(bits.slice(32)) };
  }
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
  async function post(path, body, kind) {
    var token = document.querySelector("[name=csrfmiddlewaretoken]").value, headers = { "X-CSRFToken": token, Accept: "application/json" };
    if (kind) { headers["Content-Type"] = kind; }
    var reply = await fetch(path, { method: "POST", headers: headers, body: body }), told = await reply.json();
    if (!reply.ok) {
      var fault = new Error(document.documentElement.lang === "en" ? told.detail : told.detail_zh || told.detail);
      fault.status = reply.status; throw fault;
    }
    return told;
  }
  function say(node, name, more) { if (node) { node.textContent = (node.dataset[name] || "") + (more || ""); } }
  async function wrapping(passphrase, salt) {
    var base = await subtle.importKey("raw", enc.encode(passphrase), "PBKDF2", false, ["deriveKey"]);
    return subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt: salt, iterations: ROUNDS }, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  }
  document.addEventListener("DOMContentLoaded", function () {
    if (!subtle) { say($("tip-state"), "old"); return; }
    document.querySelectorAll("[data-needs-script]").forEach(function (node) { node.hidden = false; });
  });
  return { $: $, subtle: subtle, enc: enc, dec: dec, b64: b64, raw: raw, hex: hex, random: random, pair: pair, aesKey: aesKey, gcm: gcm, wrap: wrap,
    unwrap: unwrap, unpacked: unpacked, xor: xor, half: half, seal: seal, unseal: unseal, unsealFile: unsealFile, answer: answer, answered: answered,
    fromDigits: fromDigits, canonical: canonical, work: work, post: post, say: say, wrapping: wrapping, ROUNDS: ROUNDS, FILE_BLOCK: FILE_BLOCK };
})();
