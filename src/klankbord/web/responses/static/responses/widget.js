// Shows a survey where this script stands in a page; it sets no cookie and reads nothing of the page.
const script = document.currentScript;
const frame = document.createElement("iframe");
const address = new URL("./", script.src);
address.searchParams.set("via", "widget");
if (script.dataset.language) address.searchParams.set("language", script.dataset.language);
frame.src = address.href;
frame.title = script.dataset.title || "Survey";
frame.referrerPolicy = "no-referrer";
frame.setAttribute("sandbox", "allow-forms allow-scripts allow-same-origin allow-popups");
frame.width = "100%";
frame.height = script.dataset.height || "640";
frame.setAttribute("frameborder", "0");
script.after(frame);
