/* Small helps; every page works without them. */
(function () {
  "use strict";
  // Large type and errors: move the focus to what is new, so that a screen reader says it.
  document.addEventListener("htmx:after:swap", function () {
    var first = document.querySelector("[data-focus]");
    if (first) { first.focus(); first.removeAttribute("data-focus"); }
  });
  // What was recorded is said once: it does not stand above the next form as if that were recorded.
  document.addEventListener("htmx:after:swap", function (event) {
    if (event.target.id !== "panel") { return; }
    document.querySelectorAll("[data-saved]").forEach(function (one) { one.remove(); });
  });
  // A receipt is printed by its button.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  // What is being written is kept in this browser until it is sent: a lost network or session loses no text.
  function key(form) { return "draft:" + form.dataset.draft; }
  function save(form) {
    var data = {};
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "key" && name !== "password") {
        (data[name] = data[name] || []).push(value);
      }
    });
    try { localStorage.setItem(key(form), JSON.stringify(data)); } catch (e) { /* no room: nothing to do */ }
  }
  function restore(form) {
    var text = null;
    try { text = localStorage.getItem(key(form)); } catch (e) { return; }
    if (!text || form.dataset.filled === "1") { return; }
    var data = JSON.parse(text), any = false;
    Object.keys(data).forEach(function (name) {
      if (name === "seen") { return; }
      form.querySelectorAll('[name="' + CSS.escape(name) + '"]').forEach(function (input) {
        if (input.type === "checkbox" || input.type === "radio") {
          if (data[name].indexOf(input.value) >= 0 && !input.checked) { input.checked = true; any = true; }
        } else if (input.type !== "hidden" && input.type !== "file" && !input.value) {
          // beside a list to choose from stands a line to write in: what was written there comes last
          var value = data[name][input.tagName === "SELECT" ? 0 : data[name].length - 1];
          if (value) { input.value = value; any = any || input.value === value; }
        }
      });
    });
    var note = form.querySelector("[data-restored]");
    if (any && note) { note.hidden = false; }
  }
  function each() {
    document.querySelectorAll("form[data-draft]").forEach(function (form) {
      if (form.dataset.ready) { return; }
      form.dataset.ready = "1";
      restore(form);
      form.addEventListener("input", function () { save(form); });
      form.addEventListener("submit", function () {
        save(form);
        try { sessionStorage.setItem("sent", key(form)); } catch (e) { /* nothing */ }
      });
    });
    if (document.querySelector("[data-saved]")) { // it was recorded: the draft has served
      try { localStorage.removeItem(sessionStorage.getItem("sent")); sessionStorage.removeItem("sent"); } catch (e) { /* nothing */ }
    }
  }
  // Who signs out, or closes a receipt, leaves nothing of what he wrote to the next one at this computer.
  document.addEventListener("submit", function (event) {
    if (!/\/(sign-out|progress\/leave)\/$/.test(event.target.action)) { return; }
    try {
      Object.keys(localStorage).forEach(function (name) { if (name.indexOf("draft:") === 0) { localStorage.removeItem(name); } });
    } catch (e) { /* none are kept */ }
  });
  // On a phone the menu is folded up; without scripts it stands open.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-menu]");
    if (!button) { return; }
    var open = document.querySelector(".side").classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  });
  document.addEventListener("DOMContentLoaded", each);
  document.addEventListener("htmx:after:swap", each);
})();
