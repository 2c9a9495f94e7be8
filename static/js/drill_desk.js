// The desk where a drill is written: line numbers beside the text, a way to the line of a mistake, keys, and a word
// before unsaved words are lost. Everything here works without it: see templates/studio/drill.html.
const text = document.getElementById("yaml");
const status = document.getElementById("status");
const say = (words) => { status.textContent = ""; requestAnimationFrame(() => { status.textContent = words; }); };

for (const hint of document.querySelectorAll("[data-needs-script]")) hint.hidden = false;

// --- line numbers ---------------------------------------------------------------------------------------------
const numbers = document.createElement("ol");
numbers.setAttribute("aria-hidden", "true");
text.after(numbers);

function count() {
  const lines = text.value.split("\n").length;
  while (numbers.children.length > lines) numbers.lastChild.remove();
  while (numbers.children.length < lines) {
    const item = document.createElement("li");
    item.textContent = numbers.children.length + 1;
    numbers.append(item);
  }
  numbers.scrollTop = text.scrollTop;
}

function markBadLines() {
  for (const item of numbers.querySelectorAll("[data-bad]")) item.removeAttribute("data-bad");
  const bad = document.querySelectorAll("#found a[data-line]");
  for (const link of bad) numbers.children[link.dataset.line - 1]?.setAttribute("data-bad", "");
  text.toggleAttribute("aria-invalid", bad.length > 0);
  if (bad.length) text.setAttribute("aria-invalid", "true");
}

text.addEventListener("input", count);
text.addEventListener("scroll", () => { numbers.scrollTop = text.scrollTop; });
count();
markBadLines();

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  if (!link) return;
  event.preventDefault();
  const lines = text.value.split("\n");
  const at = Math.min(Number(link.dataset.line), lines.length) - 1;
  const start = lines.slice(0, at).join("\n").length + (at ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + lines[at].length);
  text.scrollTop = Math.max(0, (at - 4) * (text.scrollHeight / lines.length));
});

// --- keys: before drill.js, which would send the form ------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const inside = event.target.closest?.("#desk");
  const button = { Enter: event.target.id === "answer-box" ? "try-it" : "check-it", s: "save-it" }[event.key];
  if (!button || (event.key === "Enter" && !inside)) return;
  event.preventDefault();
  event.stopPropagation();
  document.getElementById(button).click();
}, true);

// --- after a swap: what became of it, aloud -----------------------------------------------------------------------
let said = "";
document.addEventListener("htmx:afterSettle", () => {
  markBadLines();
  const words = [...document.querySelectorAll(".worth [data-say]")].map((element) => element.textContent.trim()).join(". ");
  if (words !== said) say(words);
  said = words;
});

// --- words that are not saved ---------------------------------------------------------------------------------------
let leaving = false;
document.getElementById("desk").addEventListener("submit", () => { leaving = true; });
window.addEventListener("beforeunload", (event) => {
  if (!leaving && text.value !== text.defaultValue) event.preventDefault();
});
