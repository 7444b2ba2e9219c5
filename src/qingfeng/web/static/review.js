/* An imported map: boxes are dragged to another step, and what the pointer is on is shown in the original.  Without this the lists do. */
(function () {
  "use strict";
  var held = null;
  function ready() {
    document.querySelectorAll("[data-box]").forEach(function (box) { box.draggable = true; });
    var first = document.querySelector("[data-focus]");
    if (first) { first.focus(); }
    document.querySelectorAll(".js-only").forEach(function (note) { note.hidden = false; });
  }
  function clear() { document.querySelectorAll(".row.over").forEach(function (row) { row.classList.remove("over"); }); }
  function row(event) { return held && event.target.closest ? event.target.closest("[data-step]") : null; }
  document.addEventListener("dragstart", function (event) {
    held = event.target.closest ? event.target.closest("[data-box]") : null;
    if (!held) { return; }
    held.classList.add("drag");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.box);
  });
  document.addEventListener("dragover", function (event) {
    var over = row(event);
    if (!over) { return; }
    event.preventDefault();
    if (!over.classList.contains("over")) { clear(); over.classList.add("over"); }
  });
  document.addEventListener("drop", function (event) {
    var over = row(event), box = held;
    if (!over) { return; }
    event.preventDefault();
    clear();
    if (over.dataset.step === box.dataset.at) { return; }
    var form = box.querySelector("form.mv");
    form.elements.value.value = "move:" + over.dataset.step;
    form.requestSubmit();
  });
  document.addEventListener("dragend", function () { if (held) { held.classList.remove("drag"); } held = null; clear(); });
  // The box under the pointer or with the focus, and its shape in the original, both ways.
  function light(event) {
    var at = event.target.closest ? event.target.closest("[data-seq],[data-o]") : null;
    var seq = at ? at.dataset.seq || at.dataset.o : "";
    document.querySelectorAll(".lit").forEach(function (one) { one.classList.remove("lit"); });
    if (!seq) { return; }
    document.querySelectorAll('[data-seq="' + seq + '"],[data-o="' + seq + '"]').forEach(function (one) { one.classList.add("lit"); });
  }
  document.addEventListener("pointerover", light);
  document.addEventListener("focusin", light);
  document.addEventListener("DOMContentLoaded", ready);
})();
