// Save what is typed into a form every few seconds, when a field is left and when the page is.
const PAUSE_MILLISECONDS = 2500;

export function keepDrafts() {
  for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
}

function keep(form) {
  const state = form.querySelector("[data-draft-state]");
  let saved = content(form);
  let timer = 0;
  let busy = false;
  let gone = false;

  const say = (text, mark) => {
    if (state) state.textContent = text;
    form.dataset.draftMark = mark;
  };

  async function save() {
    clearTimeout(timer);
    const now = content(form);
    if (now === saved || busy || gone) return;
    busy = true;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        body: new URLSearchParams(now),
        headers: { "X-Requested-With": "fetch" },
        keepalive: now.length < 60000,
      });
      if (answer.status === 409) {
        // Somebody else has it now; trying again would not help, sending keeps the text.
        gone = true;
        say((await answer.json()).text, "gone");
        return;
      }
      if (!answer.ok) throw new Error(answer.statusText);
      saved = now;
      say((await answer.json()).text, "saved");
    } catch {
      say(form.dataset.draftFailed, "failed");
      timer = setTimeout(save, PAUSE_MILLISECONDS * 4);
    } finally {
      busy = false;
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MILLISECONDS);
  });
  form.addEventListener("change", save);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    saved = content(form);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
}

function content(form) {
  const values = new FormData(form);
  for (const [name, value] of [...values]) {
    if (value instanceof File) values.delete(name);
  }
  return new URLSearchParams(values).toString();
}
