/* The graph as fields: names, types, what each decision reads, the inputs, and what is new. */
import { make } from "../studio/making.js";
import { part } from "./decisions.js";
import { filled } from "./fields.js";

/* Changes the graph, shows everything anew, and goes to where the eye was or has to be. */
function change(desk, act, selector) {
  let made;
  desk.decisions.edit(null, () => {
    made = act();
  });
  desk.render();
  const wanted = typeof selector === "function" ? selector(made) : selector;
  const place = desk.studio.querySelector(wanted);
  for (let fold = place?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  place?.focus();
  if (place?.matches("[data-rename]")) place.select();
}

/* The fold of a decision: its name, the type of its result, what it reads, and its end. */
export function setup(desk, element) {
  const { words, studio } = desk;
  const isLead = element.id === studio.dataset.key;
  const fold = make("details", { className: "sheet-columns", data: { setup: element.id } },
    make("summary", { textContent: words.says.setup }),
    make("div", { className: "sheet-column" }, nameField(desk, element), typeField(desk, element)),
    reads(desk, element));
  const remove = removing(desk, element, "[data-new-name]");
  remove.disabled ||= isLead;
  fold.append(make("p", { className: "sheet-buttons" }, remove,
    ...(isLead ? [make("span", { className: "field-help", textContent: words.says.isLead })] : [])));
  return fold;
}

/* Written when it is finished: half a name would be followed into every expression. */
function nameField(desk, element) {
  const { fields, words, requirements } = desk;
  const field = make("input", {
    className: "form-control studio-code", type: "text", value: element.getAttribute("name") || "",
    autocomplete: "off", spellcheck: false, readOnly: !fields.isHeld, data: { rename: element.id },
  });
  field.addEventListener("change", () => {
    const name = field.value.trim();
    if (!name || name === element.getAttribute("name")) {
      field.value = element.getAttribute("name") || "";
      return;
    }
    const next = document.activeElement;
    desk.decisions.edit(null, () => requirements.rename(element, name));
    desk.renderSoon(next === field ? `[data-rename="${CSS.escape(element.id)}"]` : null);
  });
  return fields.labelled(words.says.name, field);
}

function typeField({ fields, words, decisions }, element) {
  const field = fields.line({
    offers: "table-types",
    read: () => part(element, "variable")?.getAttribute("typeRef") || "",
    write(value) {
      let variable = part(element, "variable");
      if (!variable) {
        variable = decisions.make("variable", { name: element.getAttribute("name") || "" });
        const before = part(element, "question") || part(element, "description");
        if (before) decisions.addAfter(before, variable);
        else element.prepend(variable);
      }
      if (value) variable.setAttribute("typeRef", value);
      else variable.removeAttribute("typeRef");
    },
  });
  return fields.labelled(words.says.type, field);
}

function reads(desk, element) {
  const { fields, words, requirements } = desk;
  const boxes = requirements.readable(element).map((other) => {
    const isRead = requirements.reads(element, other);
    const isCircle = !isRead && requirements.leadsTo(other, element);
    const data = { reads: `${element.id}/${other.id}` };
    const box = make("input", {
      type: "checkbox", className: "form-check-input", checked: isRead, disabled: !fields.isHeld || isCircle, data,
    });
    box.addEventListener("change", () => {
      const act = () => (box.checked ? requirements.connect(element, other) : requirements.disconnect(element, other));
      change(desk, act, `[data-reads="${CSS.escape(data.reads)}"]`);
    });
    const kind = other.localName === "inputData" ? words.says.input : words.says.decision;
    const note = isCircle ? words.says.circle : kind;
    return make("label", {}, box, make("span", {}, other.getAttribute("name") || other.id, " ", make("small", { textContent: note })));
  });
  return make("fieldset", { className: "sheet-reads" }, make("legend", { textContent: words.says.reads }), ...boxes);
}

function removing(desk, element, next) {
  const { fields, words, requirements } = desk;
  const name = element.getAttribute("name") || element.id;
  return fields.button(filled(words.says.removeElement, { name }), () => {
    change(desk, () => requirements.remove(element), next);
    desk.tell(filled(words.says.elementRemoved, { name }));
  });
}

/* The inputs of the file, and the way to new elements. */
export function graphSection(desk) {
  const { words, requirements } = desk;
  const inputs = requirements.inputs.map((element) =>
    make("fieldset", { className: "sheet-column", data: { id: element.id } },
      make("legend", { textContent: element.getAttribute("name") || element.id }),
      nameField(desk, element), typeField(desk, element), removing(desk, element, "[data-new-name]")));
  const nothing = make("p", { className: "field-help", textContent: words.says.noInputs });
  const section = make("section", { className: "sheet" },
    make("h2", { textContent: words.says.inputs }),
    make("details", { className: "sheet-columns", data: { inputs: "" } },
      make("summary", { textContent: filled(words.says.inputCount, { number: inputs.length }) }),
      ...(inputs.length ? inputs : [nothing])),
    newElement(desk));
  section.setAttribute("aria-label", words.says.inputs);
  return section;
}

function newElement(desk) {
  const { fields, words, requirements, studio } = desk;
  const { key } = studio.dataset;
  const name = make("input", {
    className: "form-control studio-code", type: "text", autocomplete: "off", spellcheck: false,
    readOnly: !fields.isHeld, data: { newName: "" },
  });
  const said = make("p", { className: "field-error", role: "alert", hidden: true });
  const add = (word, act, selector) => fields.button(words.says[word], () => {
    const chosen = name.value.trim();
    const isTaken = requirements.nodes.some((each) => each.getAttribute("name") === chosen);
    said.hidden = Boolean(chosen) && !isTaken;
    said.textContent = isTaken ? filled(words.says.nameTaken, { name: chosen }) : words.says.nameMissing;
    if (!said.hidden) name.focus();
    else change(desk, () => act(chosen), (made) => selector(CSS.escape(made.id)));
  });
  const inSheet = (id) => `.sheet[data-id="${id}"] h2`;
  return make("div", { className: "sheet-new" }, fields.labelled(words.says.newName, name), said,
    make("p", { className: "sheet-buttons" },
      add("newTable", (chosen) => requirements.addDecision(chosen, key, "table"), inSheet),
      add("newExpression", (chosen) => requirements.addDecision(chosen, key, "expression"), inSheet),
      add("newInput", (chosen) => requirements.addInput(chosen, key), (id) => `[data-rename="${id}"]`)));
}
