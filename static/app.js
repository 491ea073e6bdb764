// Comforts only: every page works without this file.
(function () {
  "use strict";

  // After a refused form the errors come first, for the eye and for a screen reader.
  const errors = document.getElementById("error-summary");
  if (errors) errors.focus();

  // A page that answered a form, such as a refused one, is not kept: going back to it would end in an error of the
  // browser. When it is left, its place in the history becomes that of its address; reloaded before, it is sent again.
  window.addEventListener("pagehide", function () { history.replaceState(history.state, "", location.href); });

  const GIVEN_UP = 15000;  // ms

  // A second click while the first is under way sends nothing; the server refuses a repeated act by itself.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if ((form.getAttribute("method") || "get").toLowerCase() !== "post") return;  // a field may be called "method"
    const button = event.submitter;
    if (button && (button.hasAttribute("data-stays") || button.formTarget === "_blank")) return;  // the page stays
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
    // A file may be under way for longer than any page takes to answer.
    if (!Array.from(form.elements).some(function (field) { return field.files && field.files.length; })) {
      setTimeout(release, GIVEN_UP, form);
    }
    // The place a link of the errors led to is of this page: the next one would open there, past what it says first.
    if (location.hash && !form.getAttribute("action")) form.setAttribute("action", location.pathname + location.search);
  });
  // Sent, and given up while it was under way: the browser tells of its Escape key alone, of its stop button nothing.
  function release(form) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
  function releaseAll() { document.querySelectorAll("form[data-sent]").forEach(release); }
  window.addEventListener("pageshow", function (event) {  // back to a page the browser kept: it may be sent again
    if (event.persisted) releaseAll();
  });

  // A field that applies only where others say so is shown where it does, and wherever it holds something or is refused.
  const conditional = document.querySelectorAll("[data-when]");
  function spoken(form, name) {  // flags are yes and no, whether a list says True or yes
    const field = form.elements.namedItem(name), value = field ? field.value : "";
    return { True: "yes", False: "no" }[value] || value;
  }
  function reveal() {
    conditional.forEach(function (field) {
      const applies = JSON.parse(field.dataset.when).every(function (when) {
        return when[1].includes(spoken(field.form, when[0])) !== when[2];
      });
      const wrapped = field.closest("[class*=col-], .mb-3") || field, column = wrapped.parentElement;
      const alone = column.matches("[class*=col-]") && column.children.length === 1;
      const place = alone ? column : wrapped;  // a column left empty would keep its place in the row
      place.hidden = !applies && !field.value && field.getAttribute("aria-invalid") !== "true";
    });
  }
  if (conditional.length) {
    reveal();
    document.addEventListener("change", reveal);
  }

  // On a narrow screen a filter in use would stand before the first row; its head says what it asks for.
  if (matchMedia("(max-width: 767px)").matches) {
    document.querySelectorAll(".filter[open]:has(.filter-said)").forEach(function (one) { one.open = false; });
  }

  // What is offered only where there is a script.
  document.querySelectorAll("[data-with-script]").forEach(function (one) { one.hidden = false; });

  // A file that is too large is told of when it is chosen, not after minutes of sending it; those that fit stay chosen.
  // The server asks again. Caught on its way down: what is sent at once is sent of what is left.
  document.addEventListener("change", function (event) {
    const field = event.target, words = document.body.dataset;
    if (!field.files || !words.mostMb) return;
    field.parentElement.querySelectorAll("[data-left-out]").forEach(function (one) { one.remove(); });
    const kept = new DataTransfer(), large = [];
    Array.from(field.files).forEach(function (file) {
      if (file.size > words.mostMb * 1024 * 1024) large.push(file.name); else kept.items.add(file);
    });
    if (!large.length) return;
    field.files = kept.files;
    const told = document.createElement("div");
    told.className = "invalid-feedback w-100";
    told.setAttribute("role", "alert");
    told.dataset.leftOut = "";
    told.textContent = large.join(", ") + " – " + words.tooLarge;
    field.parentElement.append(told);
  }, true);

  // A file that its page says is sent at once: by the form's own first button.
  document.addEventListener("change", function (event) {
    const field = event.target;
    if (field.matches("[data-send-at-once]") && field.files.length && !field.form.dataset.sent) field.form.requestSubmit();
  });

  // A text is put into an opinion where it is written; without this file the button sends the form, which comes back with it.
  document.addEventListener("click", function (event) {
    const button = event.target.closest("button[data-into]");
    const field = button && document.getElementById(button.dataset.into);
    if (!field) return;
    const list = document.getElementById(button.dataset.from || "");
    const text = list ? list.selectedOptions[0].dataset.text : button.dataset.text;
    event.preventDefault();
    if (text && !field.value.includes(text)) field.value = (field.value.trimEnd() + "\n" + text).trim();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });

  // Escape, a click elsewhere and going on by keyboard close an open menu; who was in it stands before it again.
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) { if (menu !== except) menu.open = false; });
  }
  document.addEventListener("click", function (event) { closeMenus(event.target.closest("details.menu")); });
  document.addEventListener("focusin", function (event) { closeMenus(event.target.closest("details.menu")); });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const menu = document.activeElement.closest("details.menu[open]");
    if (menu) menu.querySelector("summary").focus();
    closeMenus(null);
    releaseAll();
  });

  // Names of people, bodies and laws stand in Chinese on a page in English: a screen reader is told to say them so. Done
  // here, once for every page: in the templates each name would have to be marked where it stands.
  const CHINESE = /[\u3008-\u3011\d]*[\u3400-\u9fff](?:[\u3400-\u9fff\u3001-\u3017\uff01-\uff5e\d·-]*[\u3400-\u9fff\u3001-\u3017\uff01-\uff5e])?/g;
  function tellChinese(text) {
    const said = text.data, around = text.parentElement, found = Array.from(said.matchAll(CHINESE));
    if (!found.length || around.closest("[lang]") !== document.documentElement) return;
    if (around.childNodes.length === 1 && !/[a-z]/i.test(said)) { around.lang = "zh-Hans"; return; }
    if (!(around instanceof HTMLElement) || around.matches("option")) return;  // holds nothing but text
    const whole = document.createElement("span");  // one piece, where the pieces of a line are laid out one by one
    let at = 0;
    found.forEach(function (run) {
      const name = document.createElement("span");
      name.lang = "zh-Hans";
      name.textContent = run[0];
      whole.append(said.slice(at, run.index), name);
      at = run.index + run[0].length;
    });
    whole.append(said.slice(at));
    text.replaceWith(whole);
  }
  if (document.documentElement.lang === "en") {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
    while (walker.nextNode()) if (!walker.currentNode.parentElement.matches("script, style, textarea")) texts.push(walker.currentNode);
    texts.forEach(tellChinese);
  }
})();
