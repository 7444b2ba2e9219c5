/* Keeps the page of the on-site record on the phone, so that it opens without a network.  Nothing else is kept; signing out forgets it. */
"use strict";
var KEPT = "field-1";
var FILES = ["/static/gov.css", "/static/app.css", "/static/case.css", "/static/app.js", "/static/field.js", "/static/htmx-4.0.1.min.js",
  "/static/icons.svg", "/static/favicon.svg"];
self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(KEPT).then(function (cache) { return cache.addAll(FILES); }).then(function () { return self.skipWaiting(); }));
});
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== KEPT; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});
function isRecord(url) { return /^\/cases\/.+\/field\/$/.test(url.pathname); }
self.addEventListener("fetch", function (event) {
  var url = new URL(event.request.url);
  if (url.origin !== self.location.origin) { return; }
  if (url.pathname === "/sign-out/") { event.waitUntil(caches.delete(KEPT)); return; }
  if (event.request.method !== "GET") { return; }
  if (isRecord(url)) {
    event.respondWith(fetch(event.request).then(function (response) {
      if (response.ok && !response.redirected) {
        var copy = response.clone();
        caches.open(KEPT).then(function (cache) { cache.put(event.request, copy); });
      }
      return response;
    }).catch(function () { return caches.match(event.request).then(function (kept) { return kept || Response.error(); }); }));
  } else if (FILES.indexOf(url.pathname) >= 0) {
    event.respondWith(fetch(event.request).catch(function () { return caches.match(event.request); }));
  }
});
