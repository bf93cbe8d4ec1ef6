// Shows a survey where this script stands in a page; it sets no cookie and reads nothing of the page.
{
  const script = document.currentScript;
  const frame = document.createElement("iframe");
  const address = new URL("./", script.src);
  address.searchParams.set("via", "widget");
  if (script.dataset.language) address.searchParams.set("language", script.dataset.language);
  frame.src = address.href;
  frame.title = script.dataset.title || "Survey";
  frame.referrerPolicy = "no-referrer";
  frame.setAttribute("sandbox", "allow-forms allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox");
  frame.width = "100%";
  frame.height = script.dataset.height || "640";
  frame.setAttribute("frameborder", "0");
  // The survey tells how high it is; only its own frame is believed.
  window.addEventListener("message", ({ source, origin, data }) => {
    if (source === frame.contentWindow && origin === address.origin && data?.klankbord > 0) frame.height = data.klankbord;
  });
  script.after(frame);
}
