/*
 * A file of decisions as its own XML: every edit changes the element it is about and nothing
 * else, so that drawings, extensions and whatever is not understood stay as they were.
 */
const UNDONE = 100;
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

export class Decisions {
  constructor(source) {
    this.past = [];
    this.future = [];
    this.read(source);
  }

  read(source) {
    const parsed = new DOMParser().parseFromString(source, "application/xml");
    const wrong = parsed.querySelector("parsererror");
    if (wrong) throw new Error(wrong.textContent);
    this.xml = parsed;
    this.root = parsed.documentElement;
  }

  text() {
    const written = new XMLSerializer().serializeToString(this.xml);
    return HEAD + written.replace(/^<\?xml[^>]*\?>\s*/, "");
  }

  /* Changes that follow each other in one field are undone together. */
  edit(field, change) {
    if (!field || field !== this.field) {
      this.past.push(this.text());
      if (this.past.length > UNDONE) this.past.shift();
    }
    this.future = [];
    this.field = field;
    change();
    this.onChange?.();
  }

  leave() {
    this.field = null;
  }

  step(from, to) {
    if (!from.length) return;
    to.push(this.text());
    this.read(from.pop());
    this.field = null;
    this.onChange?.();
  }

  undo() {
    this.step(this.past, this.future);
  }

  redo() {
    this.step(this.future, this.past);
  }

  decisions() {
    return parts(this.root, "decision", "businessKnowledgeModel");
  }

  tables() {
    return [...this.xml.getElementsByTagNameNS("*", "decisionTable")];
  }

  make(name, facts = {}) {
    const made = this.xml.createElementNS(this.root.namespaceURI, this.prefixed(name));
    for (const [key, value] of Object.entries(facts)) made.setAttribute(key, value);
    return made;
  }

  prefixed(name) {
    return this.root.prefix ? `${this.root.prefix}:${name}` : name;
  }

  freshId(base) {
    const taken = new Set([...this.xml.querySelectorAll("[id]")].map((each) => each.id));
    let number = 1;
    while (taken.has(`${base}_${number}`)) number += 1;
    return `${base}_${number}`;
  }

  /* The text of an expression or a cell; it is made where there is none yet. */
  write(owner, value, name = "text") {
    let place = parts(owner, name)[0];
    if (!place) {
      place = this.make(name);
      owner.prepend(place);
    }
    place.textContent = value;
  }

  /* Adds a part behind another one, on a line of its own, as far in as that one. */
  addAfter(place, made) {
    const before = place.previousSibling;
    place.after(made);
    if (isBlank(before)) place.after(before.cloneNode());
  }

  remove(part) {
    const before = part.previousSibling;
    if (isBlank(before)) before.remove();
    part.remove();
  }

  /* Moves a part to where another one of its kind stands. */
  swap(part, other) {
    const mark = this.xml.createComment("");
    part.replaceWith(mark);
    other.replaceWith(part);
    mark.replaceWith(other);
  }
}

export function parts(element, ...names) {
  const space = element.ownerDocument.documentElement.namespaceURI;
  return [...element.children].filter(
    (each) => each.namespaceURI === space && (!names.length || names.includes(each.localName)),
  );
}

export function part(element, name) {
  return parts(element, name)[0];
}

export function textOf(element, name = "text") {
  const place = element && part(element, name);
  return place ? place.textContent : "";
}

function isBlank(node) {
  return node?.nodeType === Node.TEXT_NODE && !node.textContent.trim();
}
