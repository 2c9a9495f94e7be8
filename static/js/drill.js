// Drills: Tab in a box of code, a draft that outlives a reload, an order that is arranged without a round trip.
// Everything here works without it too: see templates/drills.
const INDENT = "  ";
// A box that was made larger by hand has a style of its own, which the policy lets nobody copy to its successor.
htmx.config.attributesToSettle = ["class", "width", "height"];

const status = document.getElementById("status");
const say = (text) => { status.textContent = ""; requestAnimationFrame(() => { status.textContent = text; }); };

// --- the box of code ----------------------------------------------------------------------------------------
// Tab belongs to the page until something is typed; Escape gives it back. Nobody is caught in the box.
const typing = new WeakSet();

function write(box, text) {
  // The old command keeps the browser's own undo; where it is gone, the text is set without.
  if (!document.execCommand("insertText", false, text)) box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
}

function indentLines(box, outwards) {
  const start = box.value.lastIndexOf("\n", box.selectionStart - 1) + 1;
  const end = box.selectionEnd > start && box.value[box.selectionEnd - 1] === "\n" ? box.selectionEnd - 1 : box.selectionEnd;
  const lines = box.value.slice(start, end).split("\n");
  const moved = lines.map((line) => (outwards ? line.replace(/^( {1,2}|\t)/, "") : INDENT + line)).join("\n");
  box.setSelectionRange(start, end);
  write(box, moved);
  box.setSelectionRange(start, start + moved.length);
}

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("textarea[data-code]");
  if (!box || event.isComposing) return;
  if (event.key === "Escape") return void typing.delete(box);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    return void box.form.requestSubmit(box.form.querySelector("button:not([formaction], [name=move])"));
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Tab" && typing.has(box)) {
    event.preventDefault();
    const several = box.value.slice(box.selectionStart, box.selectionEnd).includes("\n");
    if (several || event.shiftKey) indentLines(box, event.shiftKey);
    else write(box, INDENT);
  } else if (event.key === "Enter" && !event.shiftKey) {
    const line = box.value.slice(box.value.lastIndexOf("\n", box.selectionStart - 1) + 1, box.selectionStart);
    const lead = line.match(/^[ \t]*/)[0] + (/[[{]\s*$/.test(line) ? INDENT : "");
    if (!lead) return;
    event.preventDefault();
    write(box, `\n${lead}`);
  }
});

document.addEventListener("click", ({ target }) => {
  const line = Number(target.closest?.("[data-line]")?.dataset.line);
  if (!line) return;
  const box = document.querySelector("textarea[data-code]");
  const lines = box.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  box.focus();
  box.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  box.scrollTop = (box.scrollHeight / lines.length) * Math.max(0, line - 4);
});

// The terminal: Arrow up and down bring back what was run.
document.addEventListener("keydown", (event) => {
  const line = event.target.closest?.("input[data-history]");
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!line || !step) return;
  const past = line.form.elements.answer.value.split("\n").filter((command) => command.trim());
  const at = Math.max(0, Math.min(past.length, Number(line.dataset.at ?? past.length) + step));
  event.preventDefault();
  line.dataset.at = at;
  line.value = past[at] ?? "";
});

// --- an engine that takes its time ----------------------------------------------------------------------------
// The heavy ones are started by the first answer after a pause: a word then, so that nobody presses again.
const PATIENCE = 800; // milliseconds
let waits;
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (!detail.elt.matches?.(".answer-form")) return;
  waits = setTimeout(() => {
    status.toggleAttribute("data-show", true);
    say("Still at work. The first time takes a few seconds.");
  }, PATIENCE);
});
document.addEventListener("htmx:beforeSwap", () => {
  clearTimeout(waits);
  status.removeAttribute("data-show");
});
document.addEventListener("htmx:sendError", () => clearTimeout(waits));

// --- an order -----------------------------------------------------------------------------------------------
const WAYS = {
  add: (item, area) => area.querySelector(".placed").append(item),
  out: (item, area) => area.querySelector(".waiting").append(item),
  up: (item) => item.previousElementSibling?.before(item),
  down: (item) => item.nextElementSibling?.after(item),
};

function focusAfter(way, item, area, next) {
  if (way === "up" || way === "down") return item.querySelector(`[value^="${way}:"]`).focus();
  const waiting = way === "add" ? next ?? area.querySelector(".waiting .add") : item.querySelector(".add");
  const button = waiting?.closest("li")?.querySelector(".add") ?? waiting;
  (button ?? area.closest("form").querySelector(".actions button")).focus();
}

function arrange(item, way) {
  const area = item.closest("[data-arrange]");
  const next = item.nextElementSibling;
  WAYS[way](item, area);
  const placed = item.parentNode.matches(".placed");
  item.querySelector("input").disabled = !placed;
  focusAfter(way, item, area, way === "add" ? next : null);
  const all = [...item.parentNode.children];
  const name = item.querySelector(".text").textContent.trim();
  say(placed ? `${name}: place ${all.indexOf(item) + 1} of ${all.length}` : `${name}: taken out`);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-arrange] button[name=move]");
  if (!button) return;
  event.preventDefault();
  arrange(button.closest("li"), button.value.split(":")[0]);
  keep(button.form);
});

// --- the draft ----------------------------------------------------------------------------------------------
const drafts = {
  get: (name) => { try { return sessionStorage.getItem(`draft:${name}`); } catch { return null; } },
  set: (name, text) => { try { sessionStorage.setItem(`draft:${name}`, text); } catch { /* full, or not allowed */ } },
  drop: (name) => { try { sessionStorage.removeItem(`draft:${name}`); } catch { /* not allowed */ } },
};

function keep(form) {
  if (form?.dataset.draft) drafts.set(form.dataset.draft, JSON.stringify(new FormData(form).getAll("answer")));
}

// A terminal shows what its commands did only after they were run again.
function rerun(form) {
  const run = form.querySelector("button[name=run]");
  if (run) form.requestSubmit(run);
}

function restore(form) {
  const held = drafts.get(form.dataset.draft);
  if ("echo" in form.dataset) return keep(form); // the server knows better
  if (held === null) return;
  const answers = JSON.parse(held);
  const area = form.querySelector("[data-arrange]");
  const box = form.querySelector("textarea[name=answer], input[name=answer]:not([type=radio], [type=checkbox], [type=hidden])");
  if (area) {
    for (const key of answers) {
      const item = area.querySelector(`[data-item="${CSS.escape(key)}"]`);
      if (!item) continue;
      area.querySelector(".placed").append(item);
      item.querySelector("input").disabled = false;
    }
  } else if (box) {
    if (box.value === (answers[0] ?? "")) return;
    box.value = answers[0] ?? "";
    rerun(form);
  } else for (const input of form.querySelectorAll("[name=answer]")) input.checked = answers.includes(input.value);
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, ({ target }) => {
    if (target.matches?.("textarea[data-code]") && kind === "input") typing.add(target);
    keep(target.form);
  });
}

function settle(root) {
  for (const told of root.querySelectorAll("[data-needs-script]")) told.hidden = false;
  for (const done of root.querySelectorAll("[data-draft-done]")) drafts.drop(done.dataset.draftDone);
  for (const form of root.querySelectorAll("form[data-draft]")) restore(form);
}

settle(document);
document.addEventListener("htmx:afterSettle", () => settle(document));
