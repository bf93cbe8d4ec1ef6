// Single keys, which can be switched off (WCAG 2.1.4); what a key does is a place on the page, never an action.
const choice = document.querySelector("[data-shortcuts]");
const isOff = () => localStorage.getItem("shortcuts") === "off";
const isTyping = (target) => target.closest("input, select, textarea, [contenteditable], dialog[open]");

const places = {
  "/": () => document.querySelector("main [type=search]")?.focus(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
  m: () => [...document.querySelectorAll(".navigation a, .masthead > .narrow > summary")].find((link) => link.checkVisibility())?.focus(),
  j: () => step(1),
  k: () => step(-1),
};

function step(by) {
  const links = [...document.querySelectorAll("tr.leads > th > a")];
  const at = links.indexOf(document.activeElement);
  links[at < 0 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (isOff() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (!places[event.key]) return;
  event.preventDefault();
  places[event.key]();
});

if (choice) {
  choice.checked = !isOff();
  choice.addEventListener("change", () => localStorage.setItem("shortcuts", choice.checked ? "on" : "off"));
}
