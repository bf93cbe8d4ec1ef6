// A link with data-opens leads to a page; where its dialog is on this page already, it opens that instead.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  // A dialog is a form of its own: a click on the veil is a click on the dialog element itself.
  if (event.target.matches?.("dialog[open]") && outside(event.target, event)) event.target.close();
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
});

function outside(dialog, { clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
