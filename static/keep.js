// Pages that save themselves. Without this file nothing changes: the buttons save.
//
// What is typed is sent to the server a moment later, and lies in this window (sessionStorage, by person and page) until
// it arrived: through a session that ended, a lost connection and a reload. It goes when it is saved or one logs out.
(function () {
  "use strict";
  const PREFIX = "unfinished:";
  const WAIT = 1200, RETRY = [5000, 15000, 30000];
  const person = document.body.dataset.person || "";

  function each(visit) {
    try {
      Object.keys(sessionStorage).filter(function (key) { return key.startsWith(PREFIX); }).forEach(visit);
    } catch (closed) { /* a browser that stores nothing: the server still keeps what arrives */ }
  }
  function read(key) {
    try { return JSON.parse(sessionStorage.getItem(key)); } catch (closed) { return null; }
  }
  function write(key, entry) {
    try { sessionStorage.setItem(key, JSON.stringify(entry)); } catch (full) { /* as above */ }
  }
  function remove(key) {
    try { sessionStorage.removeItem(key); } catch (closed) { /* as above */ }
  }

  if (person) each(function (key) { if (!key.startsWith(PREFIX + person + ":")) remove(key); });
  else each(function (key) {  // led to the log-in: what was sent last did not arrive
    const entry = read(key);
    if (entry && entry.sent) write(key, Object.assign(entry, { sent: false }));
  });
  document.addEventListener("submit", function (event) {
    if (/\/logout\/$/.test(event.target.getAttribute("action") || "")) each(remove);
  });

  document.querySelectorAll("[data-keep]").forEach(function (place) {
    const form = place.closest("form"), said = place.querySelector("[role=status]");
    const choices = place.querySelector("[data-choices]"), words = place.dataset;
    const key = PREFIX + person + ":" + words.keep + ":" + words.page;
    let mark = words.mark, timer = 0, failures = 0, sending = null, changed = false, over = false, asked = false;

    function fields() {  // what a person fills in: no keys, no files, no buttons
      const content = {};
      new FormData(form).forEach(function (value, name) {
        const kept = typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "version" && name !== "once";
        if (kept && name !== "act") content[name] = value;
      });
      return content;
    }
    function fill(content) {
      Object.keys(content).forEach(function (name) {
        form.querySelectorAll("[name]").forEach(function (field) {
          if (field.getAttribute("name") !== name || field.type === "file") return;
          if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === content[name];
          else field.value = content[name];
        });
      });
      form.dispatchEvent(new Event("change"));
    }
    function tell(text, buttons) {
      place.hidden = false;
      if (said.textContent !== text) said.textContent = text;
      choices.replaceChildren.apply(choices, buttons || []);
    }
    function button(text, act) {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn btn-sm";
      made.textContent = text;
      made.addEventListener("click", act);
      return made;
    }
    function remember(sent) {
      write(key, { content: fields(), base: words.base, sent: sent });
    }

    function later(wait) {
      clearTimeout(timer);
      timer = setTimeout(send, wait);
    }
    function send() {
      clearTimeout(timer);
      if (!changed || sending || asked) return;
      const content = fields(), body = new URLSearchParams(content);
      changed = false;
      body.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
      body.set("unfinished_page", words.page);
      body.set("unfinished_base", words.base);
      body.set("unfinished_mark", mark);
      if (over) body.set("unfinished_over", "1");
      sending = new AbortController();
      fetch(words.keep, { method: "POST", body: body, redirect: "manual", signal: sending.signal, keepalive: document.hidden })
        .then(answered).catch(function () {
          if (!sending) return;  // given up because the form itself was sent
          sending = null;
          changed = true;
          tell(words.off);
          later(RETRY[Math.min(failures++, RETRY.length - 1)]);
        });
    }
    function answered(response) {
      if (response.type === "opaqueredirect") {
        sending = null;
        changed = true;
        const link = document.createElement("a");
        link.href = location.href.split("#")[0];
        link.textContent = words.in;
        tell(words.out, [link]);
        return null;
      }
      const json = (response.headers.get("Content-Type") || "").startsWith("application/json");
      return (json ? response.json() : Promise.resolve({})).then(function (told) {
        sending = null;
        failures = 0;
        if (response.ok && told.mark) kept(told);
        else if (response.status === 409 && told.said) choose(told);
        else if (response.status >= 500) { changed = true; tell(words.away); later(RETRY[2]); }
        else { changed = true; tell(told.said || words.failed); }
      });
    }
    function kept(told) {
      mark = told.mark;
      over = false;
      if (changed) { later(WAIT); return; }
      remove(key);
      tell(words.at.replace("{time}", told.at));
    }
    function choose(told) {
      asked = true;
      changed = true;
      const go = function () { asked = false; over = true; send(); };
      const made = [button(words.over, go)];
      if (told.other) made.push(button(words.other, function () {
        fill(told.other);
        mark = told.mark;
        go();
      }));
      tell(told.said, made);
    }

    form.addEventListener("input", function () {
      changed = true;
      remember(false);
      later(WAIT);
    });
    form.addEventListener("submit", function () {
      clearTimeout(timer);
      const under = sending;
      sending = null;
      if (under) under.abort();
      remember(true);
    });
    document.addEventListener("visibilitychange", function () { if (document.hidden) send(); });

    const entry = read(key);
    if (!entry) return;
    if (entry.sent && (entry.base !== words.base || place.dataset.refused !== undefined)) { remove(key); return; }
    if (JSON.stringify(entry.content) === JSON.stringify(fields())) { remove(key); return; }
    fill(entry.content);
    changed = true;
    tell(words.restored);
    const details = form.closest("details");
    if (details) details.open = true;
    send();
  });
})();
