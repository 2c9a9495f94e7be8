// The desk of proposed questions after an htmx swap: moves the focus to [data-focus] and says [data-announce]
// aloud through #status. One press at a time; keys.js is silent while aria-busy. Nothing depends on it.
const status = document.getElementById("status");
const desk = () => document.getElementById("desk");

function say(text, visible = false) {
  status.toggleAttribute("data-show", visible);
  status.textContent = "";
  requestAnimationFrame(() => { status.textContent = text; });
}

function free() {
  desk()?.removeAttribute("aria-busy");
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (desk()?.hasAttribute("aria-busy")) return event.preventDefault();
  desk()?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  free();
  if (detail.successful || detail.xhr.status === 422) return;
  const why = detail.xhr.status ? `error ${detail.xhr.status}` : "no connection";
  say(`That was not saved (${why}). Try again, or reload the page.`, true);
});

// The sheet stays where the eye is, unless part of it would be out of sight; then it begins at the top.
function show(sheet) {
  const { top, bottom } = sheet.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) sheet.scrollIntoView({ block: "start" });
}

function showBeside(entry) {
  const list = entry.closest(".beside");
  if (list.scrollHeight > list.clientHeight) list.scrollTop = entry.offsetTop - list.clientHeight / 3;
}

document.addEventListener("htmx:afterSettle", () => {
  const root = desk();
  if (!root) return;
  status.removeAttribute("data-show");
  const spoken = root.querySelector("[data-announce]");
  if (spoken) say(spoken.textContent.trim());
  const target = root.querySelector("[data-focus]");
  target?.focus({ preventScroll: true });
  if (target) show(target.closest(".sheet") ?? target);
  const entry = root.querySelector(".beside [aria-current]");
  if (entry) showBeside(entry);
});
