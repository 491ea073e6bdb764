// Comforts only: every page works without this file.
(function () {
  "use strict";

  // After a refused form the errors come first, for the eye and for a screen reader.
  const errors = document.getElementById("error-summary");
  if (errors) errors.focus();

  // A second click while the first is under way sends nothing; the server refuses a repeated act by itself.
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.method.toLowerCase() !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", function (event) {  // back to a page the browser kept: it may be sent again
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });

  // Escape and a click elsewhere close an open menu.
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) { if (menu !== except) menu.open = false; });
  }
  document.addEventListener("click", function (event) { closeMenus(event.target.closest("details.menu")); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") closeMenus(null); });
})();
