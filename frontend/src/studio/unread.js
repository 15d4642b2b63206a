/*
 * Keeps the elements of a model that the library cannot read: it leaves them out when it saves,
 * so they are put back where they were, as long as the element that they lie in is there.
 */
const DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI";
const UNPARSABLE = /^unparsable content <([^>\s]+)>/;

const read = (text) => new DOMParser().parseFromString(text, "text/xml");

/* `warnings` are those of the library about `opened`, and `written` is what it makes of it. */
export function unreadIn(opened, warnings, written) {
  const names = new Set(warnings.map(({ message }) => UNPARSABLE.exec(message)?.[1]).filter(Boolean));
  const pieces = [];
  if (names.size) find(read(opened).documentElement, new Places(read(written)), names, pieces);
  return pieces;
}

/* Returns a text of the library with the pieces that it left out. */
export function putBack(pieces, text) {
  if (!pieces.length) return text;
  const model = read(text);
  const places = new Places(model);
  for (const piece of pieces) {
    const around = places.of(piece.parentElement);
    if (around && !places.of(piece)) insert(model.importNode(piece, true), piece, around, places);
  }
  return new XMLSerializer().serializeToString(model);
}

function find(element, places, names, pieces) {
  for (const child of element.children) {
    if (child.namespaceURI === DIAGRAM) continue;
    if (!names.has(child.nodeName) || places.of(child)) find(child, places, names, pieces);
    else pieces.push(child);
  }
}

function insert(copy, piece, around, places) {
  let before = piece.previousElementSibling;
  while (before && places.of(before)?.parentElement !== around) before = before.previousElementSibling;
  if (before) places.of(before).after(copy);
  else around.prepend(copy);
  if (copy.id) places.named.set(copy.id, copy);
}

/* Where the elements of one text are in another: by their ids, else by their order. */
class Places {
  constructor(model) {
    this.root = model.documentElement;
    this.named = new Map([...model.querySelectorAll("[id]")].map((each) => [each.id, each]));
  }

  of(element) {
    if (!element.parentElement) return this.root;
    if (element.id) return this.named.get(element.id);
    const around = this.of(element.parentElement);
    return around && alike(around, element)[alike(element.parentElement, element).indexOf(element)];
  }
}

function alike(around, element) {
  return [...around.children].filter(
    (each) => each.localName === element.localName && each.namespaceURI === element.namespaceURI,
  );
}
