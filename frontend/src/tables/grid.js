/* A decision table as a table of fields; on a phone every rule is a card. */
import { part, textOf } from "./decisions.js";
import { make } from "../studio/making.js";
import { filled } from "./fields.js";

export class Grid {
  constructor(table, number, caption, fields, words) {
    Object.assign(this, { table, number, caption, fields, words });
    this.element = make("div", { className: "table-grid-frame" });
    this.render();
  }

  render() {
    const { table, words } = this;
    const count = table.inputs.length;
    const heads = table.columns.map((column, place) =>
      make("th", { scope: "col", className: place < count ? "is-condition" : "is-result", textContent: table.name(column) || "?" }));
    const head = make("tr", {},
      make("th", { scope: "col", className: "rule-number", textContent: "#" }), ...heads,
      make("th", { scope: "col", textContent: words.says.reason }),
      make("th", { scope: "col" }, make("span", { className: "visually-hidden", textContent: words.says.actions })));
    const rows = table.rules.map((rule, place) => this.row(rule, place));
    const grid = make("table", { className: "table-grid" },
      make("caption", { className: "visually-hidden", textContent: this.caption }),
      make("thead", {}, head), make("tbody", {}, ...rows));
    const add = this.fields.button(words.says.addRule, () => this.change((all) => all.addRule(all.rules.length - 1), 0),
      { data: { addRule: "" } });
    this.element.replaceChildren(grid, add);
    this.grow();
  }

  row(rule, place) {
    const { table, words, fields, number } = this;
    const inputs = table.inputs.length;
    const says = { number: place + 1 };
    const cells = table.cells(rule).map((cell, column) => {
      const name = table.columns[column] ? table.name(table.columns[column]) : "";
      const field = fields.area({
        isCode: true, label: filled(words.says.cell, { ...says, name }),
        read: () => textOf(cell),
        write: (value) => table.decisions.write(cell, value),
        data: { cell: `${number}/${place}/${column}` },
      });
      this.walk(field, place, column);
      const kind = column < inputs ? "is-condition" : "is-result";
      return make("td", { className: kind, data: { label: name } }, field);
    });
    const reason = fields.area({
      label: filled(words.says.cell, { ...says, name: words.says.reason }),
      read: () => (part(rule, "description")?.textContent || "").trim(),
      write: (value) => table.decisions.write(rule, value, "description"),
      data: { reason: `${number}/${place}` },
    });
    return make("tr", { data: { rule: `${number}/${place}` } },
      make("th", { scope: "row", className: "rule-number" },
        make("span", { className: "rule-word", textContent: `${words.says.rule} ` }), String(place + 1)),
      ...cells,
      make("td", { className: "rule-reason", data: { label: words.says.reason } }, reason),
      make("td", { className: "rule-actions" }, ...this.actions(place, says)));
  }

  actions(place, says) {
    const { words, fields, table } = this;
    const button = (word, icon, act) =>
      fields.button(filled(words.says[word], says), act, { icon, isQuiet: true, data: { act: word } });
    const last = table.rules.length - 1;
    const up = button("up", "chevron-up", () => this.move(place, -1));
    const down = button("down", "chevron-down", () => this.move(place, 1));
    up.disabled ||= place === 0;
    down.disabled ||= place === last;
    return [
      up, down,
      button("insert", "plus", () => this.change((all) => all.addRule(place), 0)),
      button("copy", "copy", () => this.change((all) => all.addRule(place, true), 0)),
      button("removeRule", "trash", () => this.removeRule(place)),
    ];
  }

  /* Enter goes to the same cell of the next rule; Alt and an arrow move the rule itself. */
  walk(field, place, column) {
    field.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (event.altKey && by) {
        event.preventDefault();
        this.move(place, by, column);
      } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.focus(place + 1, column);
      }
    });
  }

  move(place, by, column) {
    const goal = place + by;
    if (!this.fields.isHeld || goal < 0 || goal >= this.table.rules.length) return;
    this.edit((all) => all.moveRule(place, by));
    this.onTold?.(filled(this.words.says.rulesMoved, { number: goal + 1 }));
    if (column !== undefined) this.focus(goal, column);
    else this.focusAction(goal, by < 0 ? "up" : "down");
  }

  removeRule(place) {
    this.edit((all) => all.removeRule(place));
    this.onTold?.(filled(this.words.says.ruleRemoved, { number: place + 1 }));
    const left = this.table.rules.length;
    if (left) this.focusAction(Math.min(place, left - 1), "removeRule");
    else this.element.querySelector("[data-add-rule]").focus();
  }

  change(act, column) {
    let place = 0;
    this.edit((all) => {
      place = act(all);
    });
    this.onTold?.(filled(this.words.says.ruleAdded, { number: place + 1 }));
    this.focus(place, column);
  }

  edit(act) {
    this.table.decisions.edit(null, () => act(this.table));
    this.render();
  }

  focus(place, column) {
    const cell = this.element.querySelector(`[data-cell="${this.number}/${place}/${column}"]`);
    cell?.focus();
    cell?.select(); // what is typed next takes the place of what is there
  }

  focusAction(place, word) {
    const row = this.element.querySelector(`[data-rule="${this.number}/${place}"]`);
    const wanted = row?.querySelector(`[data-act="${word}"]`);
    (wanted && !wanted.disabled ? wanted : row?.querySelector("button:not(:disabled)"))?.focus();
  }

  /* Fields grow with their text where the browser does not do that by itself. */
  grow() {
    if (CSS.supports("field-sizing", "content")) return;
    for (const field of this.element.querySelectorAll("textarea")) {
      field.rows = Math.min(6, field.value.split("\n").length + Math.floor(field.value.length / 24));
    }
  }
}
