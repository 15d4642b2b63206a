/* What every editor of drafts does around its saving: say how it stands, and lose no text. */
import { Saving } from "./saving.js";

/*
 * `desk` has the section of the editor, its parts, words and problems. `collect` answers with
 * the text as it is now, `flush` takes what is still being typed into it.
 */
export function keep(desk, setting, { address, collect, flush, fileName, onSaved }) {
  const { studio, part, words } = desk;
  const saving = new Saving(address, setting.revision, collect, {
    state(word, detail) {
      part("state").textContent = detail ? `${words.says.refused} ${detail}` : words.says[word];
      studio.dataset.saved = "false";
    },
    saved(told, isDirty) {
      part("status").textContent = told.status;
      desk.problems.show(told.findings);
      if (isDirty) return;
      part("state").textContent = told.text;
      studio.dataset.saved = "true";
      onSaved?.(told);
    },
    late: (text) => showLate(desk, saving, text, async () => download(await collect(), fileName)),
    signedOut: words.says.signedOut,
  });
  desk.saveNow = () => {
    flush();
    return saving.now();
  };
  if (setting.chosen) saving.insist();
  guardLeaving(desk, saving, flush);
  saveByKey(desk);
  return saving;
}

function guardLeaving(desk, saving, flush) {
  window.addEventListener("beforeunload", (event) => {
    flush();
    if (saving.isDirty || saving.busy) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") desk.saveNow();
  });
  for (const link of document.querySelectorAll("a[data-leave]")) {
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      await desk.saveNow();
      location.assign(link.href);
    });
  }
  document.querySelector("form[data-leave]")?.addEventListener("submit", () => {
    saving.isDirty = false;
    saving.isLate = true;
  });
}

/* Caught on the way down: a label that is edited in a canvas lets no key through. */
function saveByKey(desk) {
  const press = (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    desk.saveNow();
  };
  document.addEventListener("keydown", press, { capture: true });
}

function showLate({ part, words }, saving, text, takeAlong) {
  const place = part("late");
  const button = (word, act) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "btn btn-sm", textContent: words.says[word] });
    made.addEventListener("click", act);
    return made;
  };
  const sentence = document.createElement("p");
  sentence.textContent = text || words.says.refused;
  place.replaceChildren(
    sentence,
    button("keepMine", async () => {
      place.hidden = true;
      await saving.insist();
    }),
    button("seeNewest", () => {
      saving.isDirty = false;
      location.reload();
    }),
    button("download", takeAlong),
  );
  part("state").textContent = words.says.refused;
  place.hidden = false;
}

function download(text, fileName) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/xml" }));
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
