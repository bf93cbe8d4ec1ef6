// Filters answer as soon as they are changed, and no form is sent twice.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form && event.target.matches("select, [type=checkbox], [type=radio]")) form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

// The browser may show this page again from memory, where its forms are fresh; htmx answers in place.
const refresh = () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
addEventListener("pageshow", refresh);
document.addEventListener("htmx:afterRequest", refresh);
