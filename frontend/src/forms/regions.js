// Takes over the parts of a page that the server drew anew, and leaves alone what is being typed.
import { refreshConditionalFields } from "../conditions.js";

export const regions = {
  // Finds the form that took the place of one that was drawn anew meanwhile.
  sameForm(builder, form) {
    const mark = ["data-properties", "data-arrange"].find((name) => form.hasAttribute(name));
    if (!mark) return builder.querySelector(form.matches(".form-add") ? ".form-add" : "[data-region=bar]");
    const found = builder.querySelector(`[${mark}]`);
    return found?.dataset.item === form.dataset.item ? found : null;
  },
};

export function show(builder, page, { whole, isTyping = false, act = "" }) {
  const before = document.activeElement;
  const id = before?.id;
  const tried = answers(builder);
  for (const region of [...builder.querySelectorAll("[data-region]")]) {
    if (!region.isConnected) continue;
    const drawn = page.querySelector(`[data-region="${region.dataset.region}"]`);
    if (region.hasAttribute("data-keep") && isKept(region, drawn, whole, isTyping)) continue;
    if (drawn && drawn.innerHTML !== region.innerHTML) region.replaceChildren(...drawn.childNodes);
  }
  refreshConditionalFields(builder);
  answerAgain(builder, tried);
  focus(builder, before, id, act);
}

// The properties of an item stay as they are typed, but know where the item stands now.
function isKept(region, drawn, whole, isTyping) {
  const [mine, theirs] = [region, drawn].map((each) => each?.querySelector("[data-properties]"));
  if (!mine || !theirs || (whole && !isTyping)) return false;
  if (whole && mine.dataset.item !== theirs.dataset.item) return false;
  if (theirs.dataset.item) mine.dataset.item = theirs.dataset.item;
  if (theirs.elements.item) mine.elements.item.value = theirs.elements.item.value;
  return true;
}

// What was typed into the preview stays while the form around it changes.
function answers(builder) {
  const form = builder.querySelector("[data-tried]");
  return form ? [...new FormData(form)].filter(([name]) => name !== "csrf_token" && name !== "language") : [];
}

function answerAgain(builder, tried) {
  const form = builder.querySelector("[data-tried]");
  if (!form || !tried.length) return;
  for (const control of form.elements) {
    const given = tried.filter(([name]) => name === control.name).map(([, value]) => value);
    if (!given.length) continue;
    if (control.type === "radio" || control.type === "checkbox") control.checked = given.includes(control.value);
    else if (control.tagName === "SELECT") for (const one of control.options) one.selected = given.includes(one.value);
    else if (control.type !== "hidden") control.value = given[0];
  }
  form.dispatchEvent(new Event("conditions"));
}

// The reader stays at the button that was pressed, wherever its item stands now.
function focus(builder, before, id, act) {
  if (before?.isConnected && before !== document.body) return;
  const [action] = act.split(":");
  const chosen = builder.querySelector(".form-item.is-chosen");
  const same = chosen?.querySelector(`button[value^="${CSS.escape(action)}:"]:not(:disabled)`);
  const kept = id ? document.getElementById(id) : null;
  const isArranging = ["up", "down", "copy", "remove", "move"].includes(action);
  const label = builder.querySelector("[data-properties] [name=label]");
  const wanted = isArranging ? same : action === "add" ? label : kept;
  const fallback = builder.querySelector(".form-item [aria-current], .form-whole a");
  (wanted && !wanted.disabled ? wanted : fallback)?.focus();
}
