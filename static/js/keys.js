// Single-key shortcuts. data-key="1 a" on a button, link, summary or input names the keys that press it
// ("space" and "enter" are spelled out). Silent while typing, with a modifier, on key repeat, and when
// <body data-single-keys="off">.
const TYPING = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=submit])";
const PRESSABLE = "button, a[href], summary, input";

const usable = (element) =>
  element.checkVisibility() && !element.matches(":disabled") && !element.closest("[inert], [aria-busy=true]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.body.dataset.singleKeys === "off" || event.target.closest(TYPING)) return;
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  // The browser presses what has the focus by itself.
  if ((key === "space" || key === "enter") && event.target.closest(PRESSABLE)) return;
  const element = [...document.querySelectorAll(`[data-key~="${CSS.escape(key)}"]`)].find(usable);
  if (!element) return;
  event.preventDefault();
  element.click();
  if (element.matches("summary")) element.parentNode.scrollIntoView({ block: "nearest" });
});
