/* The fields of the editor of tables: each writes at once what is typed into it. */
import { make } from "../studio/making.js";

export function filled(word, facts) {
  return word.replace(/\{(\w+)\}/g, (_whole, key) => facts[key]);
}

let fields = 0;

export class Fields {
  constructor(decisions, isHeld) {
    this.decisions = decisions;
    this.isHeld = isHeld;
  }

  /* A field that grows with its text. */
  area({ read, write, isCode, label, data }) {
    const made = make("textarea", {
      className: `form-control${isCode ? " studio-code" : ""}`,
      rows: 1, value: read(), spellcheck: !isCode, readOnly: !this.isHeld, data,
      ...(label ? { ariaLabel: label } : {}),
    });
    this.follow(made, write);
    return made;
  }

  line({ read, write, isCode, label, offers }) {
    const made = make("input", {
      className: `form-control${isCode ? " studio-code" : ""}`,
      type: "text", value: read(), spellcheck: !isCode, autocomplete: "off", readOnly: !this.isHeld,
      ...(label ? { ariaLabel: label } : {}),
    });
    if (offers) made.setAttribute("list", offers);
    this.follow(made, write);
    return made;
  }

  choice({ read, write, choices, onDone }) {
    const made = make("select", { className: "form-select", disabled: !this.isHeld });
    for (const [value, word] of Object.entries(choices)) {
      made.append(make("option", { value, textContent: word, selected: value === read() }));
    }
    made.addEventListener("change", () => {
      this.decisions.edit(null, () => write(made.value));
      onDone?.();
    });
    return made;
  }

  follow(field, write) {
    field.addEventListener("input", () => this.decisions.edit(field, () => write(field.value)));
    field.addEventListener("blur", () => this.decisions.leave());
  }

  labelled(word, field) {
    fields += 1;
    field.id = `table-field-${fields}`;
    const label = make("label", { className: "form-label", htmlFor: field.id, textContent: word });
    return make("div", { className: "table-field" }, label, field);
  }

  button(word, act, { icon, isQuiet, data } = {}) {
    const made = make("button", {
      type: "button", className: `btn btn-sm${isQuiet ? " btn-icon" : ""}`, disabled: !this.isHeld, data,
    });
    if (isQuiet) {
      made.append(document.querySelector(`template[data-icon="${icon}"]`).content.cloneNode(true));
      made.append(make("span", { className: "visually-hidden", textContent: word }));
      made.title = word;
    } else made.textContent = word;
    made.addEventListener("click", act);
    return made;
  }
}
