/* One decision on the page: its question, and its table, values or expression. */
import { part, parts, textOf } from "./decisions.js";
import { make } from "../studio/making.js";
import { setup } from "./elements.js";
import { filled } from "./fields.js";
import { Grid } from "./grid.js";
import { Table } from "./table.js";

const BOXES = ["decisionTable", "literalExpression", "context", "relation", "list", "invocation",
  "functionDefinition", "conditional", "for", "every", "some", "filter"];
const TYPES = ["string", "number", "boolean", "date", "time", "dateTime", "context", "Any"];

export class Sheet {
  constructor(desk, element) {
    Object.assign(this, { desk, element });
    this.name = element.getAttribute("name") || element.id;
    const heading = make("h2", { textContent: this.name, tabIndex: -1 });
    this.body = make("div", { className: "sheet-body" });
    this.section = make("section", { className: "sheet", data: { id: element.id } }, heading, this.body);
    this.section.setAttribute("aria-label", this.name);
    this.render();
  }

  render() {
    const { desk, element } = this;
    const { fields, words } = desk;
    const made = [];
    if (element.localName === "decision") {
      const question = fields.line({
        read: () => (part(element, "question")?.textContent || "").trim(),
        write: (value) => this.setQuestion(value),
      });
      made.push(fields.labelled(words.says.question, question));
    }
    const owner = element.localName === "decision" ? element : part(element, "encapsulatedLogic");
    const logic = owner && parts(owner, ...BOXES)[0];
    if (logic) made.push(this.box(logic));
    made.push(setup(desk, element));
    this.body.replaceChildren(...made);
  }

  setQuestion(value) {
    const { decisions } = this.desk;
    let place = part(this.element, "question");
    if (!place) {
      place = decisions.make("question");
      // The order of the parts is given: a description stands first.
      const before = part(this.element, "description");
      if (before) decisions.addAfter(before, place);
      else this.element.prepend(place);
    }
    place.textContent = value;
  }

  box(logic) {
    if (logic.localName === "decisionTable") return this.table(logic);
    if (logic.localName === "literalExpression") return this.expression(logic);
    if (logic.localName === "context") return this.context(logic);
    return make("p", { className: "field-help", textContent: this.desk.words.says.other });
  }

  expression(logic, label) {
    const { fields, words, decisions } = this.desk;
    const field = fields.area({
      isCode: true, label: label || words.says.expression,
      read: () => textOf(logic),
      write: (value) => decisions.write(logic, value),
      data: { id: logic.id || "" },
    });
    return field;
  }

  context(logic) {
    const rows = parts(logic, "contextEntry").map((entry) => this.entry(entry));
    return make("dl", { className: "sheet-entries", data: { id: logic.id || "" } }, ...rows);
  }

  entry(entry) {
    const name = part(entry, "variable")?.getAttribute("name") || this.desk.words.says.results;
    const box = parts(entry, ...BOXES)[0];
    const help = part(entry, "description")?.textContent.trim();
    const term = make("dt", {}, name, ...(help ? [make("small", { textContent: help })] : []));
    const isPlain = box?.localName === "literalExpression";
    const value = isPlain ? this.expression(box, name) : box ? this.box(box) : "";
    return make("div", {}, term, make("dd", {}, value));
  }

  table(logic) {
    const { desk } = this;
    const { decisions, fields, words } = desk;
    const table = new Table(decisions, logic);
    const grid = new Grid(table, decisions.tables().indexOf(logic), this.name, fields, words);
    grid.onTold = (text) => desk.tell(text);
    const policies = { ...words.policies };
    policies[table.policy] ||= table.policy;
    const policy = fields.choice({
      choices: policies,
      read: () => table.policy,
      write: (value) => {
        table.policy = value;
      },
    });
    const columns = make("details", { className: "sheet-columns" }, make("summary", { textContent: words.says.columns }));
    this.fillColumns(columns, table, grid);
    return make("div", { className: "sheet-table", data: { id: logic.id || "" } },
      fields.labelled(words.says.policy, policy), grid.element, columns);
  }

  fillColumns(columns, table, grid) {
    const { fields, words } = this.desk;
    const change = (act) => {
      table.decisions.edit(null, act);
      grid.render();
      this.fillColumns(columns, table, grid);
    };
    const title = columns.firstChild;
    const boxes = table.columns.map((column, place) => this.column(table, column, place, grid, change));
    columns.replaceChildren(title, ...boxes, make("p", { className: "sheet-buttons" },
      fields.button(words.says.addCondition, () => change(() => table.addInput())),
      fields.button(words.says.addResult, () => change(() => table.addOutput()))));
  }

  column(table, column, place, grid, change) {
    const { fields, words, decisions } = this.desk;
    const isInput = column.localName === "input";
    const typed = isInput ? part(column, "inputExpression") : column;
    const attribute = (owner, name) => ({
      read: () => owner?.getAttribute(name) || "",
      write: (value) => {
        if (value) owner.setAttribute(name, value);
        else owner.removeAttribute(name);
        grid.render();
      },
    });
    const nested = (name) => ({
      isCode: true,
      read: () => textOf(part(column, name)),
      write: (value) => writeNested(decisions, column, name, value),
    });
    const made = [fields.labelled(words.says.label, fields.line(attribute(column, "label")))];
    if (isInput) {
      made.push(fields.labelled(words.says.looksAt, fields.line({
        isCode: true, read: () => textOf(typed),
        write: (value) => {
          decisions.write(typed, value);
          grid.render();
        },
      })));
    } else made.push(fields.labelled(words.says.resultName, fields.line(attribute(column, "name"))));
    made.push(fields.labelled(words.says.type, fields.line({ ...attribute(typed, "typeRef"), offers: "table-types" })));
    made.push(fields.labelled(words.says.allowed, fields.line(nested(isInput ? "inputValues" : "outputValues"))));
    if (!isInput) made.push(fields.labelled(words.says.default, fields.line(nested("defaultOutputEntry"))));
    const name = table.name(column) || "?";
    const remove = fields.button(filled(words.says.removeColumn, { name }), () => change(() => table.removeColumn(place)));
    remove.disabled ||= !isInput && table.outputs.length === 1;
    return make("fieldset", { className: "sheet-column", data: { column: `${grid.number}/${place}` } },
      make("legend", { textContent: name }), ...made, remove);
  }
}

export function typeList() {
  return make("datalist", { id: "table-types" }, ...TYPES.map((value) => make("option", { value })));
}

/* A list of values, or a default, that is emptied is taken out: an empty one is wrong. */
function writeNested(decisions, column, name, value) {
  let place = part(column, name);
  if (!value.trim()) {
    if (place) decisions.remove(place);
    return;
  }
  if (!place) {
    place = decisions.make(name);
    const after = { outputValues: null, inputValues: part(column, "inputExpression"), defaultOutputEntry: part(column, "outputValues") }[name];
    if (after) decisions.addAfter(after, place);
    else column.prepend(place);
  }
  decisions.write(place, value);
}
