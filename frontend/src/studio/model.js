/* Reads and writes the model behind the canvas, each change as one step that can be undone. */
import { putBack } from "./unread.js";

export function is(element, ...types) {
  return types.some((type) => element.businessObject?.$instanceOf?.(`bpmn:${type}`));
}

export function nameOf(element) {
  const object = element.businessObject;
  return (object.name ?? object.text ?? "").replace(/\s+/g, " ").trim();
}

export function typeOf(element) {
  const local = element.type.replace("bpmn:", "");
  return local[0].toLowerCase() + local.slice(1);
}

/* The process that an element stands for: itself, or that of a participant. */
export function processOf(element) {
  if (is(element, "Process")) return element.businessObject;
  return is(element, "Participant") ? element.businessObject.processRef : undefined;
}

export function definition(element, type) {
  return element.businessObject.eventDefinitions?.find((each) => each.$type === `bpmn:${type}`);
}

export class Model {
  constructor(modeler, unread) {
    this.modeler = modeler;
    this.unread = unread;
    this.elements = modeler.get("elementRegistry");
    this.canvas = modeler.get("canvas");
    this.selection = modeler.get("selection");
    this.modeling = modeler.get("modeling", false);
    this.stack = modeler.get("commandStack", false);
  }

  get root() {
    return this.canvas.getRootElement();
  }

  /* What stands for the process as a whole where nothing is selected. */
  get home() {
    if (is(this.root, "Process")) return this.root;
    const pools = this.elements.filter((each) => is(each, "Participant") && processOf(each));
    return pools.find((each) => processOf(each).isExecutable) || pools[0] || this.root;
  }

  has(element) {
    return element === this.root || this.elements.get(element.id) === element;
  }

  find(id) {
    const found = this.elements.get(id);
    if (found) return found;
    return this.elements.find((each) => processOf(each)?.id === id) || this.home;
  }

  set(element, properties) {
    this.modeling.updateProperties(element, properties);
  }

  setInside(element, object, properties) {
    this.modeling.updateModdleProperties(element, object, properties);
  }

  make(type, properties) {
    return this.modeler.get("moddle").create(`bpmn:${type}`, properties);
  }

  rename(element, name) {
    const property = is(element, "TextAnnotation") ? "text" : "name";
    this.set(element, { [property]: name || undefined });
  }

  expression(text) {
    return text ? this.make("FormalExpression", { body: text }) : undefined;
  }

  documentation(object, text) {
    const rest = (object.documentation || []).slice(1);
    return text ? [this.make("Documentation", { text }), ...rest] : rest;
  }

  select(element) {
    this.selection.select(element === this.root ? null : element);
    if (element !== this.root) this.canvas.scrollToElement?.(element, 60);
  }

  append(element, type) {
    const context = { element, type: `bpmn:${type}` };
    this.stack.execute("studio.append", context);
    this.select(context.made);
  }

  escalate(element, words) {
    const context = { element, words };
    this.stack.execute("studio.escalate", context);
    this.select(context.made);
  }

  remove(element) {
    this.modeling.removeElements([element]);
  }

  async xml() {
    return putBack(this.unread, (await this.modeler.saveXML({ format: true })).xml);
  }
}
