// The button that copies is there only where it can.
const show = (root) => {
  if (navigator.clipboard) root.querySelectorAll?.("[data-copies][hidden]").forEach((button) => (button.hidden = false));
};
show(document);
document.addEventListener("htmx:load", (event) => show(event.target));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim());
  const before = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => (button.textContent = before), 2000);
});
