/* The inspectors' pages: make a pair of keys; open a mailbox with one's key file; read a name together with another inspector. */
(function () {
  "use strict";
  var T = qingfengTip, $ = T.$, say = T.say, subtle = T.subtle;

  function keymaker(form) {
    var ready = false;
    form.addEventListener("submit", async function (event) {
      if (ready && event.submitter === $("key-publish")) { return; }  // the public key goes to the server, nothing else
      event.preventDefault();
      var state = $("key-state"), pass = $("pass1").value;
      if (pass.length < 16 || pass !== $("pass2").value) { say(state, "differ"); return; }
      var made = await subtle.generateKey(T.pair(), true, ["deriveBits"]);
      var spki = T.b64(await subtle.exportKey("spki", made.publicKey)), salt = T.random(16), nonce = T.random(12);
      var closed = await subtle.encrypt({ name: "AES-GCM", iv: nonce }, await T.wrapping(pass, salt), await subtle.exportKey("pkcs8", made.privateKey));
      var id = T.hex(await subtle.digest("SHA-256", T.enc.encode(spki))).slice(0, 16);
      var file = new Blob([JSON.stringify({ kind: "qingfeng tip key v1", id: id, spki: spki, salt: T.b64(salt), nonce: T.b64(nonce), pkcs8: T.b64(closed), rounds: T.ROUNDS }, null, 1)], { type: "application/json" });
      var link = document.createElement("a"); link.href = URL.createObjectURL(file); link.download = "tip-key-" + id + ".json"; link.click();
      $("spki").value = spki; $("pass1").value = $("pass2").value = ""; $("pass1").required = $("pass2").required = false;
      say(state, "saved", " " + id); ready = true; $("key-publish").hidden = false; $("key-publish").focus();
    });
  }

  function saver(item, sealed, digest, nonce, ring) {
    var button = document.createElement("button"), list = item.parentElement;
    button.type = "button"; button.className = "btn sm"; button.textContent = list.dataset.file + " " + digest.slice(0, 8);
    button.addEventListener("click", async function () {
      try {
        var reply = await fetch(location.pathname + "files/" + digest + "/"), bytes = await reply.arrayBuffer();
        var file = await T.unsealFile(sealed, nonce, bytes, ring), link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([file.bytes], { type: "application/octet-stream" })); link.download = file.head.name; link.click();
      } catch (error) { button.textContent = list.dataset.wrong; }
    });
    item.append(button);
  }

  function reader() {
    var ring = {}, reply = null, list = document.querySelector("#tip-read .talk"), state = $("unlock-state");
    async function shown() {
      var opened = 0, items = Array.from(list.querySelectorAll("[data-sealed]"));
      for (var item of items) {
        var sealed = JSON.parse(item.dataset.sealed), body = item.querySelector(".body");
        if (sealed.key === "reply" || item.dataset.open) { opened += item.dataset.open ? 1 : 0; continue; }
        try {
          var told = JSON.parse(await T.unseal(sealed, ring));
          body.textContent = told.text; reply = await T.aesKey(T.raw(told.reply)); opened++; item.dataset.open = "1";
          (sealed.files || "").split(" ").filter(Boolean).forEach(function (one) { var parts = one.split("."); saver(item, sealed, parts[0], parts[1], ring); });
        } catch (error) { body.textContent = list.dataset.wrong; }
      }
      for (var own of items) {
        var mine = JSON.parse(own.dataset.sealed);
        if (mine.key !== "reply" || !reply) { continue; }
        try { own.querySelector(".body").textContent = await T.answered(mine, reply); }
        catch (error) { own.querySelector(".body").textContent = list.dataset.wrong; }
      }
      say(state, opened ? "open" : "other");
      if (reply) { $("reply-text").disabled = false; $("reply").querySelector("button").disabled = false; }
    }
    $("unlock").addEventListener("submit", async function (event) {
      event.preventDefault(); say(state, "working");
      try {
        var kept = JSON.parse(await $("keyfile").files[0].text());
        var bytes = await subtle.decrypt({ name: "AES-GCM", iv: T.raw(kept.nonce) }, await T.wrapping($("pass").value, T.raw(kept.salt)), T.raw(kept.pkcs8));
        ring[kept.id] = await subtle.importKey("pkcs8", bytes, T.pair(), false, ["deriveBits"]);
      } catch (error) { say(state, "wrong"); return; }
      $("pass").value = "";
      await shown();
    });
    $("reply").addEventListener("submit", async function (event) {
      event.preventDefault();
      var text = $("reply-text").value.trim(), form = event.target;
      if (!text || !reply) { return; }
      var sealed = await T.answer(text, reply);
      form.elements.nonce.value = sealed.nonce; form.elements.text.value = sealed.text; $("reply-text").value = "";
      HTMLFormElement.prototype.submit.call(form);
    });
    if ($("identity")) { identity($("identity"), ring); }
  }

  function identity(box, ring) {
    var shares = box.dataset.shares.split(" "), others = JSON.parse(box.dataset.others), own = box.dataset.own, state = $("identity-state");
    async function mine(other) {  // my half for the pair of me and another
      var found = shares.map(function (one) { return one.split("."); }).find(function (one) { return one[0] === own && one[1] === other; });
      return T.unwrap(found.slice(2), ring[own], T.half(own, other));
    }
    async function resealed(other) { return other.now + "." + await T.wrap(await mine(other.kid), other.spki, "half " + other.now); }
    box.querySelectorAll("form").forEach(function (form) {
      form.addEventListener("submit", async function (event) {
        var does = event.submitter ? event.submitter.value : "";
        if (does === "refuse") { return; }
        event.preventDefault();
        if (!ring[own]) { say(state, "locked"); return; }
        if (does === "read") { await opened(form); return; }
        if (does === "ask") {
          var halves = {};
          for (var one of others) { halves[one.who] = await resealed(one); }
          form.elements.halves.value = JSON.stringify(halves);
        } else {
          form.elements.half.value = await resealed(others.find(function (one) { return one.who === form.dataset.asker; }));
        }
        form.querySelector("input[name=does]").value = does;  // the buttons bear that name too
        HTMLFormElement.prototype.submit.call(form);
      });
    });
    async function opened(form) {
      try {
        var body = new URLSearchParams(); body.append("does", "read");
        var told = await T.post(form.action, body), parts = told.half.split(".");
        if (!ring[parts[0]]) { say(state, "locked"); return; }
        var whole = T.xor(await mine(told.other), await T.unwrap(parts.slice(1), ring[parts[0]], "half " + parts[0]));
        var plain = await subtle.decrypt(T.gcm(T.raw(told.idnonce), "identity"), await T.aesKey(whole), T.raw(told.idtext));
        $("identity-name").textContent = T.dec.decode(T.unpacked(plain)); $("identity-name").hidden = false; say(state, "open");
      } catch (error) { state.textContent = error.message; }
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    if (!subtle) { return; }
    if ($("key-form")) { keymaker($("key-form")); }
    if ($("tip-read")) { reader(); }
  });
})();
