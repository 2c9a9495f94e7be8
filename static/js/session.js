// The study session after an htmx swap: moves the focus to [data-focus], says [data-announce] aloud through
// #status, sends one answer at a time, and repeats an answer that did not arrive with the same payload. The
// showing in the form makes a repeat harmless.
const WAITS = [400, 800, 1600, 3000, 4000]; // milliseconds, about ten seconds in all
const LOST = new Set([0, 502, 503, 504]);

const status = document.getElementById("status");
let waiting = null; // {attempt} while an answer is on its way, or waits for its next try
let ours = false; // true while this file itself sends

function say(text, visible = false) {
  status.toggleAttribute("data-show", visible);
  status.textContent = "";
  requestAnimationFrame(() => { status.textContent = text; });
}

function settle(root) {
  const spoken = root.querySelector("[data-announce]");
  if (spoken) say(spoken.dataset.announce || spoken.textContent.trim());
  const heading = root.querySelector("[data-focus]");
  if (!heading) return;
  heading.focus({ preventScroll: true });
  heading.scrollIntoView({ block: "nearest" });
}

const isAnswer = (detail) => detail.requestConfig.verb !== "get";
const isLost = (detail) => isAnswer(detail) && LOST.has(detail.xhr.status);
const triesLeft = () => waiting !== null && waiting.attempt < WAITS.length;

function done() {
  waiting = null;
  document.body.removeAttribute("aria-busy");
}

function sendAgain({ verb, path, elt, target, formData }) {
  if (!elt.isConnected) return done(); // the page moved on without this answer
  ours = true;
  htmx.ajax(verb, path, { source: elt, target, values: formData }).catch(() => {});
  ours = false;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isAnswer(event.detail) || ours) return;
  if (waiting) return event.preventDefault();
  waiting = { attempt: 0 };
  document.body.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (isLost(event.detail)) event.detail.shouldSwap = false; // the question stays, and can be answered again
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!isAnswer(detail) || !waiting) return;
  if (isLost(detail) && triesLeft()) {
    say("Not saved yet, trying again", true);
    setTimeout(sendAgain, WAITS[waiting.attempt++], detail.requestConfig);
    return;
  }
  done();
  if (isLost(detail)) say("Your answer is not saved. Check the connection, then press the button again.", true);
  else if (detail.successful) {
    status.removeAttribute("data-show");
    if (status.textContent.startsWith("Not saved")) status.textContent = "Saved.";
  }
  else say(`The answer could not be saved (error ${detail.xhr.status}). Reload the page and answer again.`, true);
});

document.addEventListener("htmx:afterSettle", (event) => settle(event.detail.elt.parentNode ?? document));
