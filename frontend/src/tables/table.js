/* One decision table: its columns and rules, and everything that can be done to them. */
import { part, parts, textOf } from "./decisions.js";

const KINDS = ["inputEntry", "outputEntry"];

export class Table {
  constructor(decisions, element) {
    this.decisions = decisions;
    this.element = element;
  }

  get inputs() {
    return parts(this.element, "input");
  }

  get outputs() {
    return parts(this.element, "output");
  }

  get columns() {
    return [...this.inputs, ...this.outputs];
  }

  get rules() {
    return parts(this.element, "rule");
  }

  cells(rule) {
    return KINDS.flatMap((kind) => parts(rule, kind));
  }

  get policy() {
    const facts = [this.element.getAttribute("hitPolicy") || "UNIQUE"];
    return [...facts, this.element.getAttribute("aggregation") || ""].join(" ").trim();
  }

  set policy(value) {
    const isSummed = value.startsWith("COLLECT ");
    this.element.setAttribute("hitPolicy", isSummed ? "COLLECT" : value);
    if (isSummed) this.element.setAttribute("aggregation", value.split(" ")[1]);
    else this.element.removeAttribute("aggregation");
  }

  name(column) {
    const written = textOf(part(column, "inputExpression")).trim();
    return column.getAttribute("label") || column.getAttribute("name") || written;
  }

  /* A new rule is a copy of the one above, so that it is laid out in the same way. */
  addRule(place, isCopy) {
    const { decisions, element, rules } = this;
    const model = rules[place];
    const made = model ? model.cloneNode(true) : decisions.make("rule");
    if (!model) this.fill(made);
    for (const each of made.querySelectorAll("[id]")) each.removeAttribute("id");
    made.setAttribute("id", decisions.freshId(`${element.id || "table"}_rule`));
    if (!isCopy) this.empty(made);
    if (model) decisions.addAfter(model, made);
    else element.append(made);
    return model ? place + 1 : 0;
  }

  fill(rule) {
    const { decisions } = this;
    for (const [kind, columns] of [[KINDS[0], this.inputs], [KINDS[1], this.outputs]]) {
      for (const _column of columns) {
        const cell = decisions.make(kind);
        decisions.write(cell, "");
        rule.append(cell);
      }
    }
  }

  empty(rule) {
    for (const cell of parts(rule, "inputEntry")) this.decisions.write(cell, "-");
    for (const cell of parts(rule, "outputEntry")) this.decisions.write(cell, "");
    const reason = part(rule, "description");
    if (reason) reason.textContent = "";
  }

  removeRule(place) {
    this.decisions.remove(this.rules[place]);
  }

  moveRule(place, by) {
    const { rules } = this;
    if (rules[place + by]) this.decisions.swap(rules[place], rules[place + by]);
  }

  addInput() {
    const { decisions, element } = this;
    const made = decisions.make("input", { id: decisions.freshId(`${element.id || "table"}_input`), label: "" });
    const looksAt = decisions.make("inputExpression");
    decisions.write(looksAt, "");
    made.append(looksAt);
    this.addColumn(made, this.inputs.at(-1), "inputEntry", "-");
  }

  addOutput() {
    const { decisions, element } = this;
    const made = decisions.make("output", { id: decisions.freshId(`${element.id || "table"}_output`), name: "" });
    this.addColumn(made, this.outputs.at(-1), "outputEntry", "");
  }

  addColumn(made, last, kind, text) {
    const { decisions } = this;
    for (const rule of this.rules) {
      const cell = decisions.make(kind);
      decisions.write(cell, text);
      const before = parts(rule, kind).at(-1) || part(rule, "description");
      if (before) decisions.addAfter(before, cell);
      else rule.prepend(cell);
    }
    if (last) decisions.addAfter(last, made);
    else this.element.prepend(made);
  }

  removeColumn(place) {
    for (const rule of this.rules) {
      const cell = this.cells(rule)[place];
      if (cell) this.decisions.remove(cell);
    }
    this.decisions.remove(this.columns[place]);
  }
}
