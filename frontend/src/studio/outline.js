/*
 * The diagram as a list that keyboards and screen readers walk: every element with its kind, its
 * name and where it leads, in the order in which a case comes through.
 */
import { is, nameOf, processOf, typeOf } from "./model.js";
import { make } from "./making.js";

export class Outline {
  constructor(place, model, words, isHeld) {
    Object.assign(this, { place, model, words, isHeld });
    this.current = model.home;
    place.addEventListener("click", (event) => this.pick(itemOf(event)));
    place.addEventListener("dblclick", (event) => this.rename(itemOf(event)));
    place.addEventListener("keydown", (event) => this.press(event));
    this.render();
  }

  /* Items stay the same nodes while their words change: a click that is under way finds its aim. */
  render() {
    if (this.renaming) return;
    const held = this.place.contains(document.activeElement);
    this.lines = linesOf(this.model);
    if (!this.lines.some((line) => line.element === this.current)) this.current = this.lines[0].element;
    const known = new Map((this.items || []).map((item) => [item.dataset.id, item]));
    this.items = this.lines.map((line) => fill(known.get(line.element.id) || blank(), {
      id: line.element.id,
      level: line.level,
      isCurrent: line.element === this.current,
      words: [this.typeOf(line.element), this.nameOf(line.element), this.wayOf(line.element)],
    }));
    const shown = [...this.place.children];
    if (shown.length !== this.items.length || shown.some((each, at) => each !== this.items[at])) {
      this.place.replaceChildren(...this.items);
      if (held) this.itemAt(this.current)?.focus();
    }
  }

  typeOf(element) {
    return this.words.types[typeOf(element)] || typeOf(element);
  }

  nameOf(element) {
    const name = nameOf(element) || processOf(element)?.name || "";
    return name || `(${this.words.says.unnamed})`;
  }

  /* What leads somewhere calls its aim by the name, or by the kind where it has none. */
  calledOf(element) {
    return nameOf(element) || this.typeOf(element);
  }

  wayOf(element) {
    const { says } = this.words;
    if (is(element, "SequenceFlow")) return `${says.leads} ${this.calledOf(element.target)}`;
    if (!is(element, "FlowNode") || is(element, "EndEvent")) return "";
    const flows = (element.outgoing || []).filter((flow) => is(flow, "SequenceFlow"));
    if (flows.length === 0) return is(element.parent, "AdHocSubProcess") ? "" : says.nowhere;
    return `${says.leads} ${flows.map((flow) => this.calledOf(flow.target)).join(", ")}`;
  }

  itemAt(element) {
    return this.items.find((item) => item.dataset.id === element.id);
  }

  /* Follows what is selected on the canvas. */
  follow(element) {
    const before = this.itemAt(this.current);
    const item = this.itemAt(element);
    if (!item) return;
    this.current = element;
    for (const each of [before, item]) {
      if (!each) continue;
      each.tabIndex = each === item ? 0 : -1;
      each.setAttribute("aria-selected", each === item);
    }
    const { top, bottom } = this.place.getBoundingClientRect();
    const place = item.getBoundingClientRect();
    if (place.top < top) this.place.scrollTop -= top - place.top + 8;
    if (place.bottom > bottom) this.place.scrollTop += place.bottom - bottom + 8;
  }

  pick(item) {
    if (!item || this.renaming) return;
    this.model.select(this.elementOf(item));
    item.focus();
  }

  elementOf(item) {
    return this.lines[this.items.indexOf(item)].element;
  }

  press(event) {
    const item = itemOf(event);
    if (!item || this.renaming) return;
    const place = this.items.indexOf(item);
    const level = this.lines[place].level;
    const above = this.lines.slice(0, place).findLastIndex((line) => line.level < level);
    const below = this.lines[place + 1]?.level > level ? place + 1 : -1;
    const steps = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: this.items.length - 1,
      ArrowLeft: above, ArrowRight: below };
    if (event.key === "F2") this.rename(item);
    else if (event.key === "Enter" || event.key === " ") {
      this.pick(item);
      this.onOpen?.();
    } else if (event.key in steps) {
      const next = this.items[steps[event.key]];
      if (next) this.pick(next);
    } else return;
    event.preventDefault();
  }

  /* Lets a name be typed in its place; leaving the field keeps it, Escape does not. */
  rename(item) {
    if (!item || !this.isHeld || this.renaming) return;
    const element = this.elementOf(item);
    const label = item.querySelector(".outline-name");
    const before = nameOf(element);
    const input = make("input", { className: "form-control outline-rename", value: before });
    input.setAttribute("aria-label", this.words.says.rename.replace("{name}", this.nameOf(element)));
    this.renaming = { element, input, label, before };
    label.replaceWith(input);
    input.select();
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") input.value = before;
      if (event.key === "Enter" || event.key === "Escape") {
        event.preventDefault();
        this.flush();
        this.itemAt(element)?.focus();
      }
    });
    input.addEventListener("blur", () => this.flush());
  }

  flush() {
    if (!this.renaming) return;
    const { element, input, label, before } = this.renaming;
    const value = input.value.trim();
    this.renaming = null;
    input.replaceWith(label);
    if (value !== before && this.model.has(element)) this.setName(element, value);
    this.render();
  }

  setName(element, value) {
    const process = processOf(element);
    if (process) this.model.setInside(element, process, { name: value || undefined });
    if (!is(element, "Process")) this.model.rename(element, value);
  }
}

function blank() {
  const item = make("li", { className: "outline-item" });
  item.setAttribute("role", "treeitem");
  const parts = ["type", "name", "way"].map((part) => make("span", { className: `outline-${part}` }));
  item.append(parts[0], " ", parts[1], " ", parts[2]);
  return item;
}

function fill(item, { id, level, isCurrent, words }) {
  item.dataset.id = id;
  item.dataset.level = Math.min(level, 5);
  item.tabIndex = isCurrent ? 0 : -1;
  item.setAttribute("aria-level", level);
  item.setAttribute("aria-selected", isCurrent);
  [...item.children].forEach((part, at) => {
    if (part.textContent !== words[at]) part.textContent = words[at];
  });
  return item;
}

function itemOf(event) {
  return event.target.closest?.("[role=treeitem]");
}

/* Returns every element with its depth, in the order of the flows. */
function linesOf(model) {
  const lines = [];
  const add = (element, level) => lines.push({ element, level });
  const walk = (container, level) => {
    const inside = (container.children || []).filter((each) => !each.labelTarget && !each.hidden);
    for (const each of inside.filter((one) => is(one, "Participant"))) {
      add(each, level);
      walk(each, level + 1);
    }
    const nodes = inside.filter((one) => is(one, "FlowNode") && !one.host);
    for (const node of inOrder(nodes)) {
      add(node, level);
      for (const flow of spoken(node)) add(flow, level + 1);
      for (const boundary of node.attachers || []) {
        if (!is(boundary, "BoundaryEvent")) continue;
        add(boundary, level + 1);
        for (const flow of spoken(boundary)) add(flow, level + 2);
      }
      if (is(node, "SubProcess")) walk(node, level + 1);
    }
    for (const note of inside.filter((one) => is(one, "TextAnnotation"))) add(note, level);
  };
  const isWhole = is(model.root, "Process");
  if (isWhole) add(model.root, 1);
  walk(model.root, isWhole ? 2 : 1);
  return lines;
}

/* Flows stand for themselves where there is a choice, or where they say something. */
function spoken(node) {
  const flows = (node.outgoing || []).filter((flow) => is(flow, "SequenceFlow"));
  const says = (flow) => flow.businessObject.name || flow.businessObject.conditionExpression;
  return flows.length > 1 ? flows : flows.filter(says);
}

function inOrder(nodes) {
  const known = new Set(nodes);
  const found = new Set();
  const starts = [...nodes].sort((one, other) => rank(one) - rank(other) || one.x - other.x);
  for (const start of starts) {
    const ahead = [start];
    while (ahead.length) {
      const node = ahead.pop();
      if (found.has(node) || !known.has(node)) continue;
      found.add(node);
      const nexts = [node, ...(node.attachers || [])].flatMap((each) => each.outgoing || []);
      ahead.push(...nexts.map((flow) => flow.target).reverse());
    }
  }
  return [...found];
}

function rank(node) {
  if (is(node, "StartEvent")) return 0;
  return (node.incoming || []).length === 0 ? 1 : 2;
}
