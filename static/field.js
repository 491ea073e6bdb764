// The page of an inspection without a network: text, photographs and places stay in this browser until they are sent.
// Without this script, or where the browser keeps nothing, the form is the plain form. Nothing is sent from here: the
// officer presses the button when there is a network, and what was recorded is then forgotten.
"use strict";
(() => {
  const form = document.querySelector("form[data-field-key]");
  if (!form || !window.indexedDB) return;
  const key = form.dataset.fieldKey, told = document.getElementById("field-kept");
  const files = () => [...form.querySelectorAll("input[type=file]")];
  const texts = () => [...form.elements].filter((one) => one.name && one.type !== "file" && one.type !== "hidden");
  const ask = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const store = async (mode) => {
    const opening = indexedDB.open("field", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("inspections");
    return (await ask(opening)).transaction("inspections", mode).objectStore("inspections");
  };
  const say = (at) => {
    told.hidden = false;
    told.textContent = `${told.dataset.said} ${new Date(at).toLocaleString(document.documentElement.lang)}`;
  };
  const sayOffline = () => {
    told.hidden = false;
    told.textContent = told.dataset.offline;
  };
  const keep = async () => {
    const held = { at: Date.now(), once: form.elements.once.value, texts: [], files: [] };
    for (const one of texts()) {
      if (one.type === "radio" || one.type === "checkbox") { if (one.checked) held.texts.push([one.name, one.value]); }
      else if (one.value) held.texts.push([one.name, one.value]);
    }
    for (const one of files()) if (one.files[0]) held.files.push([one.name, one.files[0]]);
    await ask((await store("readwrite")).put(held, key));
    say(held.at);
  };
  const put = (name, value) => {
    const found = form.elements[name];
    if (!found) return;
    if (found instanceof RadioNodeList) found.value = value;
    else if (found.type === "checkbox") found.checked = true;
    else found.value = value;
  };
  const restore = async () => {
    const held = await ask((await store("readonly")).get(key));
    if (!held || form.dataset.fieldBound) return;
    for (const [name, value] of held.texts) put(name, value);
    for (const [name, file] of held.files) {
      const into = form.elements[name], box = new DataTransfer();
      if (!into) continue;
      box.items.add(file);
      into.files = box.files;
    }
    form.elements.once.value = held.once;  // sent twice from two pages, it is still recorded once
    say(held.at);
  };
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(() => keep().catch(() => {}), 400); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopPropagation();  // nothing was sent: the guard against a second click must not count it
    clearTimeout(waiting);
    keep().then(sayOffline, sayOffline);  // after it, because it tells when it kept
  });
  for (const button of form.querySelectorAll("[data-field-place]")) {
    if (!navigator.geolocation) continue;
    button.hidden = false;
    button.addEventListener("click", () => navigator.geolocation.getCurrentPosition((at) => {
      put(`${button.dataset.fieldPlace}-longitude`, at.coords.longitude.toFixed(6));
      put(`${button.dataset.fieldPlace}-latitude`, at.coords.latitude.toFixed(6));
      soon();
    }, () => { told.hidden = false; told.textContent = told.dataset.nowhere; }, { enableHighAccuracy: true }));
  }
  restore().catch(() => {});
})();
// A recorded inspection is forgotten: the permit's page names what was sent from here.
(() => {
  const sent = document.querySelector("[data-field-sent]");
  if (!sent || !window.indexedDB) return;
  const opening = indexedDB.open("field", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("inspections");
  opening.onsuccess = () => {
    const kept = opening.result.transaction("inspections", "readwrite").objectStore("inspections");
    const asked = kept.get(sent.dataset.fieldSent);
    asked.onsuccess = () => {
      if (asked.result && sent.dataset.fieldOnce.split(" ").includes(asked.result.once)) kept.delete(sent.dataset.fieldSent);
    };
  };
})();
