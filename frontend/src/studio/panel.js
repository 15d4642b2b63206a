/*
 * The properties of the selected element.
 *
 * What is typed belongs to the element it was typed for: it is written after a short pause, when
 * the field is left, and before anything else is selected, saved or undone. No letter is lost.
 */
import { fieldsOf } from "./fields.js";
import { make } from "./making.js";
import { addMapping, mappingKinds } from "./mappings.js";
import { is, nameOf, typeOf } from "./model.js";

const PAUSE = 400;

export class Panel {
  constructor(place, model, words, known, isHeld) {
    Object.assign(this, { place, model, words, known, isHeld });
    this.title = place.querySelector("h2");
    this.body = place.querySelector("[data-fields]");
    this.pending = new Map();
    this.entries = [];
    this.offer();
  }

  /* Lists of what exists stand once on the page; fields name the one that fits. */
  offer() {
    for (const [kind, entries] of Object.entries(this.known)) {
      const list = make("datalist", { id: `offers-${kind}` });
      for (const { key, name } of entries) {
        list.append(make("option", { value: key, label: name && name !== key ? name : key }));
      }
      this.place.append(list);
    }
  }

  show(element) {
    this.flush();
    this.element = element;
    const type = this.words.types[typeOf(element)] || typeOf(element);
    this.title.textContent = nameOf(element) ? `${type}: ${nameOf(element)}` : type;
    this.entries = fieldsOf(this.model, element).map((field) => this.build(field));
    this.body.replaceChildren(...this.entries.map((entry) => entry.row), this.foot(element));
  }

  build(field) {
    const id = `property-${field.key}`;
    const control = makeControl(field, id);
    control.disabled = !this.isHeld;
    const label = make("label", { htmlFor: id, className: "form-label" });
    label.textContent = this.labelOf(field);
    const row = make("div", { className: `studio-field studio-field-${field.kind}` });
    row.append(...(field.kind === "check" ? [control, label] : [label, control]));
    const hint = this.words.hints[field.key];
    if (hint) {
      const text = make("p", { className: "field-help", id: `${id}-hint`, textContent: hint });
      control.setAttribute("aria-describedby", text.id);
      row.append(text);
    }
    if (field.remove && this.isHeld) {
      const remove = button(this.words.says.removeMapping, () => this.then(field.remove));
      remove.setAttribute("aria-label", `${remove.textContent}: ${this.labelOf(field)}`);
      row.append(remove);
    }
    const entry = { field, control, row };
    display(entry);
    control.addEventListener("input", () => this.note(entry));
    control.addEventListener("change", () => this.commit(entry));
    control.addEventListener("blur", () => this.commit(entry));
    return entry;
  }

  labelOf(field) {
    const word = this.words.fields[field.word || field.key] || field.key;
    return word.replace("{number}", field.number);
  }

  /* What can be done with an element by the keyboard alone. */
  foot(element) {
    const foot = make("div", { className: "studio-foot" });
    const { says } = this.words;
    foot.append(make("p", { className: "field-help", textContent: `${says.id}: ${element.id}` }));
    if (element === this.model.home) {
      foot.append(make("p", { className: "field-help", textContent: says.whole }));
    }
    const isStep = is(element, "FlowNode") && !is(element, "EndEvent");
    const actions = isStep && this.isHeld
      ? [["addTask", "UserTask"], ["addGateway", "ExclusiveGateway"], ["addEnd", "EndEvent"]]
      : [];
    for (const [word, type] of actions) {
      foot.append(button(says[word], () => this.then(() => this.model.append(element, type))));
    }
    if (is(element, "UserTask") && this.isHeld) {
      const words = { late: says.late, escalate: says.escalate };
      foot.append(button(says.addEscalation, () => this.then(() => this.model.escalate(element, words))));
    }
    for (const kind of this.isHeld ? mappingKinds(element) : []) {
      const word = kind === "input" ? says.addInput : says.addOutput;
      foot.append(button(word, () => {
        this.flush();
        addMapping(this.model, element, kind);
        this.entries.filter((entry) => entry.field.word === `${kind}-name`).at(-1)?.control.focus();
      }));
    }
    if (this.isHeld && element !== this.model.root && !is(element, "Participant")) {
      foot.append(button(says.remove, () => this.then(() => this.model.remove(element))));
    }
    return foot;
  }

  then(act) {
    this.flush();
    act();
    this.focus();
  }

  note(entry) {
    clearTimeout(this.pending.get(entry));
    this.pending.set(entry, setTimeout(() => this.commit(entry), PAUSE));
    this.onTyping?.();
  }

  commit(entry) {
    if (!this.pending.has(entry)) return;
    clearTimeout(this.pending.get(entry));
    this.pending.delete(entry);
    const value = valueOf(entry);
    if (value !== entry.field.read() && this.model.has(this.element)) entry.field.write(value);
  }

  flush() {
    for (const entry of [...this.pending.keys()]) this.commit(entry);
  }

  /* Shows what changed elsewhere; a field that somebody types into is left alone. */
  refresh() {
    if (!this.element) return;
    if (!this.model.has(this.element)) {
      this.show(this.model.home);
      return;
    }
    const keys = fieldsOf(this.model, this.element).map((field) => field.key).join();
    if (keys !== this.entries.map((entry) => entry.field.key).join()) {
      this.show(this.element);
      return;
    }
    for (const entry of this.entries) if (!this.pending.has(entry)) display(entry);
    const type = this.words.types[typeOf(this.element)] || typeOf(this.element);
    this.title.textContent = nameOf(this.element) ? `${type}: ${nameOf(this.element)}` : type;
  }

  focus(key) {
    const wanted = this.entries.find((entry) => entry.field.key === key) || this.entries[0];
    (wanted?.control || this.title).focus();
  }

  /* Brings a person to the place that a finding quotes. */
  focusFinding(message) {
    const entry = this.entries.find(({ control, field }) =>
      field.kind !== "check" && control.value && message.includes(control.value));
    if (!entry) return this.focus();
    entry.control.focus();
    const place = /\(line (\d+), column (\d+)\)/.exec(message);
    if (place) {
      const before = entry.control.value.split("\n").slice(0, Number(place[1]) - 1).join("\n");
      const at = before.length + (before ? 1 : 0) + Number(place[2]) - 1;
      entry.control.setSelectionRange?.(at, at + 1);
    }
  }
}

function makeControl(field, id) {
  const facts = { id, name: field.key, autocomplete: "off" };
  if (field.kind === "check") return make("input", { ...facts, type: "checkbox", className: "form-check-input" });
  if (field.kind === "choice") {
    const choice = make("select", { ...facts, className: "form-select" });
    for (const each of field.choices) choice.append(make("option", { value: each, textContent: each || "–" }));
    return choice;
  }
  const css = `form-control${field.isCode ? " studio-code" : ""}`;
  if (field.kind === "text") {
    return make("textarea", { ...facts, rows: field.rows, className: css, spellcheck: !field.isCode });
  }
  const line = make("input", { ...facts, type: "text", className: css, spellcheck: false });
  if (field.offers) line.setAttribute("list", `offers-${field.offers}`);
  return line;
}

function display({ field, control }) {
  const value = field.read();
  if (field.kind === "check") control.checked = value;
  else if (control.value !== value) control.value = value;
}

function valueOf({ field, control }) {
  return field.kind === "check" ? control.checked : control.value;
}

function button(text, act) {
  const made = make("button", { type: "button", className: "btn btn-sm", textContent: text });
  made.addEventListener("click", act);
  return made;
}
