/* The body one level up: opens the file of sealed tips that was brought to it, writes answers sealed to the reporters.  All in this browser:
   the page sends nothing.  Answers go back as a file (casework/tips.py, bring_back). */
(function () {
  "use strict";
  var T = qingfengTip, $ = T.$, say = T.say, subtle = T.subtle;
  var BUNDLE = "qingfeng tips for the body above v1", ANSWERS = "qingfeng answers to tips v1";

  function line(list, day, who, text) {
    var item = document.createElement("li"), head = document.createElement("p"), words = document.createElement("p");
    head.className = "muted"; head.textContent = day + " · " + who; words.className = "pre"; words.textContent = text;
    item.append(head, words); list.append(item);
  }
  async function shown(mailbox, letters, ring, box) {
    var card = $("above-one").content.cloneNode(true).querySelector("section"), list = card.querySelector(".talk"), reply = null;
    card.dataset.mailbox = mailbox; card.querySelector("code").textContent = mailbox.slice(0, 12);
    for (var one of letters) {
      if (!one.mine) { continue; }
      try {
        var told = JSON.parse(await T.unseal(one.sealed, ring));
        reply = await T.aesKey(T.raw(told.reply)); line(list, one.day, box.dataset.reporter, told.text);
      } catch (error) { line(list, one.day, box.dataset.reporter, box.dataset.other); }
    }
    for (var own of letters) {
      if (own.mine || !reply) { continue; }
      try { line(list, own.day, box.dataset.own, await T.answered(own.sealed, reply)); } catch (error) { line(list, own.day, box.dataset.own, box.dataset.other); }
    }
    var words = card.querySelector("textarea"), id = "answer-" + mailbox.slice(0, 12);
    words.id = id; card.querySelector("label").htmlFor = id; words.disabled = !reply;
    box.append(card);
    return reply;
  }

  document.addEventListener("DOMContentLoaded", function () {
    if (!subtle) { return; }
    var replies = {}, box = $("above-list"), state = $("above-state");
    $("above-open").addEventListener("submit", async function (event) {
      event.preventDefault(); say(state, "working"); box.textContent = ""; replies = {};
      var bundle, ring = {};
      try { bundle = JSON.parse(await $("bundle").files[0].text()); } catch (error) { bundle = {}; }
      if (bundle.kind !== BUNDLE || !bundle.mailboxes) { say(state, "bundle"); return; }
      try {
        var kept = JSON.parse(await $("keyfile").files[0].text());
        var bytes = await subtle.decrypt({ name: "AES-GCM", iv: T.raw(kept.nonce) }, await T.wrapping($("pass").value, T.raw(kept.salt)), T.raw(kept.pkcs8));
        ring[kept.id] = await subtle.importKey("pkcs8", bytes, T.pair(), false, ["deriveBits"]);
      } catch (error) { say(state, "wrong"); return; }
      for (var mailbox of Object.keys(bundle.mailboxes)) {
        var reply = await shown(mailbox, bundle.mailboxes[mailbox], ring, box);
        if (reply) { replies[mailbox] = reply; }
      }
      $("pass").value = ""; $("above-answers").hidden = !Object.keys(replies).length;
      say(state, Object.keys(replies).length ? "open" : "none");
    });
    $("above-save").addEventListener("click", async function () {
      var answers = [];
      for (var card of box.querySelectorAll("[data-mailbox]")) {
        var text = card.querySelector("textarea").value.trim(), reply = replies[card.dataset.mailbox];
        if (text && reply) { answers.push({ mailbox: card.dataset.mailbox, sealed: await T.answer(text, reply) }); }
      }
      if (!answers.length) { say($("above-saved"), "empty"); return; }
      var file = new Blob([JSON.stringify({ kind: ANSWERS, answers: answers }, null, 1)], { type: "application/json" });
      var link = document.createElement("a"); link.href = URL.createObjectURL(file);
      link.download = "tips-answers-" + new Date().toISOString().slice(0, 10) + ".json"; link.click();
      say($("above-saved"), "saved", " " + answers.length);
    });
  });
})();
