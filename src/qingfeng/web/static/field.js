/* The on-site record: kept on the phone first, then sent; what the network lost is sent when it is back, with the time it happened. */
(function () {
  "use strict";
  var LATE_MINUTES = 10;
  var box = document.getElementById("field");
  if (!box || !window.indexedDB) { return; }
  var words = box.dataset, form = document.getElementById("record"), list = document.querySelector("#queue ul");
  function local(date) { return new Date(date.getTime() + 8 * 3600000).toISOString().slice(0, 16); }  // the site's time, wherever the phone thinks it is

  // ---- the phone's own store
  function open() {
    return new Promise(function (resolve, reject) {
      var asked = indexedDB.open("qingfeng-field", 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore("records", { keyPath: "key" }); };
      asked.onsuccess = function () { resolve(asked.result); };
      asked.onerror = function () { reject(asked.error); };
    });
  }
  function within(mode, work) {
    return open().then(function (db) {
      return new Promise(function (resolve, reject) {
        var tx = db.transaction("records", mode), asked = work(tx.objectStore("records"));
        tx.oncomplete = function () { db.close(); resolve(asked.result); };
        tx.onerror = tx.onabort = function () { db.close(); reject(tx.error); };
      });
    });
  }
  function put(record) { return within("readwrite", function (store) { return store.put(record); }); }
  function drop(key) { return within("readwrite", function (store) { return store.delete(key); }); }
  function all() { return within("readonly", function (store) { return store.getAll(); }); }

  // ---- sending
  var busy = false;
  function token(record) {
    return fetch("/cases/" + record.case + "/field/", { credentials: "same-origin", cache: "no-store" }).then(function (response) {
      if (response.redirected || !response.ok) { throw { signin: true }; }
      return response.text();
    }).then(function (text) {
      var page = new DOMParser().parseFromString(text, "text/html"), input = page.querySelector("[name=csrfmiddlewaretoken]");
      if (!input) { throw { signin: true }; }
      return input.value;
    });
  }
  function send(record) {
    return token(record).then(function (csrf) {
      var data = new FormData();
      record.fields.forEach(function (pair) { data.append(pair[0], pair[1]); });
      record.files.forEach(function (file) { data.append(file.field, file.blob, file.name); });
      if (!data.get("reason") && Date.now() - record.saved > LATE_MINUTES * 60000) { data.set("reason", words.late); }
      data.set("csrfmiddlewaretoken", csrf);
      return fetch("/cases/" + record.case + "/field/", { method: "POST", body: data, credentials: "same-origin", headers: { "X-Field-Record": "1" } });
    }).then(function (response) {
      if (!/json/.test(response.headers.get("Content-Type") || "")) { throw { signin: true }; }
      return response.json();
    });
  }
  function sendAll(again) {
    if (busy || !navigator.onLine) { return show(); }
    busy = true;
    return all().then(function (records) {
      return records.filter(function (r) { return again === r.key || r.state !== "refused"; }).reduce(function (before, record) {
        return before.then(function () {
          return send(record).then(function (answer) {
            if (answer.state === "done") { told(words.sent, answer.url); return drop(record.key); }
            record.state = "refused"; record.messages = answer.messages || [];
            return put(record);
          }, function (error) {
            record.state = "waiting"; record.messages = error && error.signin ? [words.signin] : [];
            return put(record);
          });
        });
      }, Promise.resolve());
    }).then(function () { busy = false; return show(); }, function () { busy = false; return show(); });
  }

  // ---- showing
  function line(tag, text, name) { var one = document.createElement(tag); one.textContent = text; if (name) { one.className = name; } return one; }
  function told(text, url) {
    var note = line("p", text + " ", "ok-box"), to = line("a", url);
    note.setAttribute("role", "status"); to.href = url; note.appendChild(to);
    box.insertBefore(note, box.firstChild);
  }
  function show() {
    document.getElementById("net").hidden = navigator.onLine;
    return all().then(function (records) {
      document.getElementById("queue").hidden = !records.length;
      list.textContent = "";
      records.forEach(function (record) {
        var item = line("li", "", record.state === "refused" ? "bad" : "");
        item.appendChild(line("b", record.name + "  " + record.case));
        item.appendChild(line("p", record.at.replace("T", " ") + " · " + (record.state === "refused" ? words.refused : words.waiting), "muted"));
        (record.messages || []).forEach(function (message) { item.appendChild(line("p", message, "err")); });
        var buttons = line("p", "", "btns"), again = line("button", words.send, "btn s"), away = line("button", words.drop, "btn s d");
        again.type = away.type = "button";
        again.addEventListener("click", function () { sendAll(record.key); });
        away.addEventListener("click", function () { if (window.confirm(words.surely)) { drop(record.key).then(show); } });
        buttons.appendChild(again); buttons.appendChild(away); item.appendChild(buttons);
        list.appendChild(item);
      });
    });
  }

  // ---- the form
  function blank(canvas) { return canvas.dataset.signed !== "1"; }
  function picture(canvas) { return new Promise(function (resolve) { canvas.toBlob(resolve, "image/png"); }); }
  function keep(event) {
    event.preventDefault();
    var record = { key: form.elements.key.value, case: words.case, name: form.dataset.name, at: form.elements.at.value, saved: Date.now(), state: "waiting",
      fields: [], files: [], messages: [] };
    new FormData(form).forEach(function (value, name) {
      if (name === "csrfmiddlewaretoken") { return; }
      if (typeof value === "string") { record.fields.push([name, value]); }
      else if (value.size) { record.files.push({ field: name, name: value.name, blob: value }); }
    });
    var signed = Array.prototype.filter.call(form.querySelectorAll("canvas.pad"), function (canvas) { return !blank(canvas); });
    Promise.all(signed.map(picture)).then(function (blobs) {
      blobs.forEach(function (blob, n) { record.files.push({ field: "signatures", name: "signature-" + (n + 1) + ".png", blob: blob }); });
      return put(record);
    }).then(function () {
      form.reset(); form.elements.key.value = fresh(); begin(); document.getElementById("thumbs").textContent = "";
      form.querySelectorAll("canvas.pad").forEach(clear);
      return sendAll();
    }).catch(function () { form.removeEventListener("submit", keep); form.submit(); }); // no room on the phone: as without script
  }
  function fresh() { return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (b) { return ("0" + b.toString(16)).slice(-2); }).join(""); }
  function begin() { if (!form.elements.at.value) { form.elements.at.value = local(new Date()); } }
  function clear(canvas) { canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height); canvas.dataset.signed = "0"; }
  function pad() {
    var made = document.getElementById("pad").content.cloneNode(true), canvas = made.querySelector("canvas"), pen = canvas.getContext("2d"), down = false;
    pen.lineWidth = 4; pen.lineCap = "round"; pen.strokeStyle = "#17202e";
    function at(event) { var r = canvas.getBoundingClientRect(); return [(event.clientX - r.left) * canvas.width / r.width, (event.clientY - r.top) * canvas.height / r.height]; }
    canvas.addEventListener("pointerdown", function (event) { down = true; canvas.setPointerCapture(event.pointerId); var p = at(event); pen.beginPath(); pen.moveTo(p[0], p[1]); });
    canvas.addEventListener("pointermove", function (event) { if (down) { var p = at(event); pen.lineTo(p[0], p[1]); pen.stroke(); canvas.dataset.signed = "1"; } });
    canvas.addEventListener("pointerup", function () { down = false; });
    made.querySelector("[data-clear]").addEventListener("click", function () { clear(canvas); });
    document.getElementById("pads").appendChild(made);
  }
  if (form) {
    begin();
    form.addEventListener("submit", keep);
    document.getElementById("sign").hidden = false; pad();
    document.getElementById("more-pads").addEventListener("click", pad);
    form.elements.photos.addEventListener("change", function () {
      var thumbs = document.getElementById("thumbs"); thumbs.textContent = "";
      Array.prototype.forEach.call(form.elements.photos.files, function (file) {
        var image = document.createElement("img"); image.alt = file.name; image.src = URL.createObjectURL(file); thumbs.appendChild(image);
      });
    });
    var button = document.getElementById("locate");
    if (button && navigator.geolocation) {
      button.hidden = false;
      button.addEventListener("click", function () {
        navigator.geolocation.getCurrentPosition(function (found) {
          var spot = found.coords.latitude.toFixed(6) + "," + found.coords.longitude.toFixed(6) + " ±" + Math.round(found.coords.accuracy) + "m";
          form.elements.spot.value = spot; document.getElementById("spot").textContent = spot;
          var place = form.elements["f.place"];
          if (place && !place.value) { place.value = spot; }
        }, function () { document.getElementById("spot").textContent = words.nospot; }, { enableHighAccuracy: true, timeout: 15000 });
      });
    }
  }
  window.addEventListener("online", function () { sendAll(); });
  window.addEventListener("offline", show);
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/sw.js").then(function () { return navigator.serviceWorker.ready; }).then(function () {
      if (!navigator.onLine) { return; }
      return caches.open("field-1").then(function (cache) { // this page, and those of the other acts
        var pages = Array.prototype.map.call(document.querySelectorAll("[data-field-page]"), function (link) { return link.href; });
        return Promise.all([location.href].concat(pages).map(function (url) { return cache.add(url); }));
      }).then(function () { document.documentElement.dataset.kept = "1"; });
    }).catch(function () { /* without it the page needs the network to open; what is written is kept all the same */ });
  }
  sendAll();
})();
