// A score that was tapped in a mail is sent once the page has really been seen for a while; the button does so too.
const form = document.querySelector("form[data-provisional]");
let timer;

function watch() {
  clearTimeout(timer);
  if (document.visibilityState === "visible") timer = setTimeout(send, 1500);
}

function stop() {
  clearTimeout(timer);
  document.removeEventListener("visibilitychange", watch);
}

async function send() {
  stop();
  const told = new URLSearchParams({ score: form.elements.shown.value, language: form.elements.language.value, provisional: "yes" });
  const answer = await fetch(form.dataset.provisional, { method: "POST", body: told, keepalive: true }).catch(() => null);
  if (answer?.ok) document.querySelector("[data-noted]").hidden = false;
}

if (form) {
  document.addEventListener("visibilitychange", watch);
  form.addEventListener("submit", stop);
  form.querySelector(".scale").addEventListener("change", stop);
  watch();
}

const why = document.getElementById("why");
const left = document.querySelector("[data-left]");
why?.addEventListener("input", () => (left.textContent = left.dataset.left.replace("#", why.maxLength - why.value.length)));

// In a page of somebody else's: as high as what it shows, and links lead out of the frame.
if (parent !== window) {
  document.body.classList.add("framed");
  for (const link of document.querySelectorAll("a[rel]")) link.target = "_blank";
  new ResizeObserver(() => parent.postMessage({ klankbord: Math.ceil(document.body.getBoundingClientRect().height) }, "*")).observe(document.body);
}
