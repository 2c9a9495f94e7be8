// The upload form: says before sending what the server would say after it. Nothing here is depended on.
for (const input of document.querySelectorAll("input[type=file][data-most-bytes]")) {
  const most = Number(input.dataset.mostBytes);
  input.addEventListener("change", () => {
    const bytes = [...input.files].reduce((sum, file) => sum + file.size, 0);
    const empty = [...input.files].find((file) => file.size === 0);
    const megabytes = Math.ceil(bytes / 1048576);
    let problem = "";
    if (bytes > most) problem = `Together these are ${megabytes} MB; up to ${most / 1048576} MB can be sent at once.`;
    else if (empty) problem = `${empty.name} is empty.`;
    input.setCustomValidity(problem);
    if (problem) input.reportValidity();
  });
}

// Files may be dropped anywhere on the form's field, not only on its button.
for (const area of document.querySelectorAll(".drop:has(input[type=file])")) {
  const input = area.querySelector("input[type=file]");
  area.addEventListener("dragover", (event) => { event.preventDefault(); area.dataset.over = ""; });
  area.addEventListener("dragleave", () => delete area.dataset.over);
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    delete area.dataset.over;
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change"));
  });
}

// Lists to walk through: inside [data-walk=SELECTOR] j and k move the focus down and up; Enter follows by itself.
const TYPING = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=submit])";
document.addEventListener("keydown", (event) => {
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
  const list = document.querySelector("[data-walk]");
  if (!step || !list || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.body.dataset.singleKeys === "off" || event.target.closest(TYPING)) return;
  const all = [...list.querySelectorAll(list.dataset.walk)].filter((element) => element.checkVisibility());
  const here = list.contains(document.activeElement) ? document.activeElement : list.querySelector("[aria-current]");
  const next = all[Math.max(0, Math.min(all.length - 1, here ? all.indexOf(here) + step : 0))];
  event.preventDefault();
  next?.focus();
});

// What was chosen in such a list is marked, as the server would have marked it.
document.addEventListener("htmx:afterSwap", ({ target }) => {
  const chosen = new URLSearchParams(location.search).get("topic");
  const list = target.id === "passage" && document.querySelector("[data-walk]");
  if (!list) return;
  for (const link of list.querySelectorAll("a[aria-current]")) link.removeAttribute("aria-current");
  list.querySelector(`a[href="?topic=${CSS.escape(chosen)}#passage"]`)?.setAttribute("aria-current", "true");
});
