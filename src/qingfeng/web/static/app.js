/* Small helps; every page works without them. */
(function () {
  "use strict";
  // Large type and errors: move the focus to what is new, so that a screen reader says it.
  document.addEventListener("htmx:after:swap", function () {
    var first = document.querySelector("[data-focus]");
    if (first) { first.focus(); first.removeAttribute("data-focus"); }
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
        } else if (input.type !== "hidden" && input.type !== "file" && !input.value && data[name][0]) {
          input.value = data[name][0]; any = true;
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
      form.addEventListener("submit", function () { save(form); });
    });
    document.querySelectorAll("[data-done]").forEach(function (mark) {
      try { localStorage.removeItem("draft:" + mark.dataset.done); } catch (e) { /* nothing */ }
    });
  }
  document.addEventListener("DOMContentLoaded", each);
  document.addEventListener("htmx:after:swap", each);
})();
