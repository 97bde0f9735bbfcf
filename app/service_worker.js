"use strict";
// Keeps the app for hours without a network. With one, the network always answers
// first, so that no page of one version meets a program of another.
var VERSION = "{version}";
var FILES = ["{files}"];

self.addEventListener("install", function (event) {
  self.skipWaiting();
  event.waitUntil(caches.open(VERSION).then(function (cache) {
    return cache.addAll(FILES.map(function (file) {
      return new Request(file, { cache: "no-cache" });
    }));
  }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.map(function (name) {
      return name === VERSION ? null : caches.delete(name);
    }));
  }).then(function () { return self.clients.claim(); }));
});

self.addEventListener("fetch", function (event) {
  if (event.request.method !== "GET") return;
  event.respondWith(fetch(event.request).catch(function () {
    return caches.open(VERSION).then(function (cache) {
      return cache.match(event.request, { ignoreSearch: true });
    }).then(function (kept) { return kept || Response.error(); });
  }));
});
