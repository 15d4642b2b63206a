/* What the decisions of a file read, and what they are given: added, connected, renamed, removed. */
import { part, parts } from "./decisions.js";
import { Drawing } from "./drawing.js";

const NODES = ["inputData", "decision", "businessKnowledgeModel"];
/* Which requirement leads to which kind of element, and how it names its goal. */
const WAYS = {
  inputData: ["informationRequirement", "requiredInput"],
  decision: ["informationRequirement", "requiredDecision"],
  businessKnowledgeModel: ["knowledgeRequirement", "requiredKnowledge"],
};
/* What stands before the requirements in a decision, in the order that is given. */
const BEFORE = ["description", "question", "allowedAnswers", "variable", "encapsulatedLogic",
  "informationRequirement", "knowledgeRequirement"];

export class Requirements {
  constructor(decisions) {
    this.decisions = decisions;
  }

  get nodes() {
    return parts(this.decisions.root, ...NODES);
  }

  get inputs() {
    return parts(this.decisions.root, "inputData");
  }

  get drawing() {
    return new Drawing(this.decisions.root);
  }

  /* The elements that one may read: functions read functions only, and nothing reads itself. */
  readable(element) {
    const isFunction = element.localName === "businessKnowledgeModel";
    return this.nodes.filter(
      (each) => each !== element && (!isFunction || each.localName === "businessKnowledgeModel"),
    );
  }

  requirement(element, other) {
    const [kind, goal] = WAYS[other.localName];
    return parts(element, kind).find((each) => part(each, goal)?.getAttribute("href") === `#${other.id}`);
  }

  reads(element, other) {
    return Boolean(this.requirement(element, other));
  }

  /* Says whether `other` reads `element`, directly or by others: then the way back is a circle. */
  leadsTo(other, element, seen = new Set()) {
    if (seen.has(other)) return false;
    seen.add(other);
    return this.nodes.some((each) => this.reads(other, each) && (each === element || this.leadsTo(each, element, seen)));
  }

  connect(element, other) {
    const { decisions } = this;
    const [kind, goal] = WAYS[other.localName];
    const made = decisions.make(kind, { id: decisions.freshId(`${element.id}_needs`) });
    made.append(decisions.make(goal, { href: `#${other.id}` }));
    const before = parts(element, ...BEFORE).at(-1);
    if (before) decisions.addAfter(before, made);
    else element.prepend(made);
    this.drawing.addEdge(made.id, other.id, element.id);
  }

  disconnect(element, other) {
    const requirement = this.requirement(element, other);
    this.drawing.remove(requirement.id);
    this.decisions.remove(requirement);
  }

  addInput(name, key) {
    const { decisions } = this;
    const made = decisions.make("inputData", { id: this.idFor(name, `${key}_input`), name });
    made.append(decisions.make("variable", { id: decisions.freshId(`${made.id}_variable`), name }));
    const last = this.inputs.at(-1);
    const first = parts(decisions.root, "decision", "businessKnowledgeModel")[0];
    if (last) decisions.addAfter(last, made);
    else decisions.root.insertBefore(made, first || null);
    this.drawing.addShape(made);
    return made;
  }

  addDecision(name, key, kind) {
    const { decisions } = this;
    const made = decisions.make("decision", { id: this.idFor(name, key), name });
    made.append(decisions.make("question"));
    made.append(decisions.make("variable", { id: decisions.freshId(`${made.id}_variable`), name }));
    made.append(kind === "table" ? this.emptyTable(made) : this.emptyExpression(made));
    decisions.addAfter(decisions.decisions().at(-1), made);
    this.drawing.addShape(made);
    if (kind === "table" && this.inputs.length) this.connect(made, this.inputs[0]);
    return made;
  }

  emptyExpression(owner) {
    const made = this.decisions.make("literalExpression", { id: `${owner.id}_expression` });
    this.decisions.write(made, "");
    return made;
  }

  /* A table needs a result; it looks at the first input until it is told to look at another. */
  emptyTable(owner) {
    const { decisions } = this;
    const made = decisions.make("decisionTable", { id: `${owner.id}_table`, hitPolicy: "UNIQUE" });
    const rule = decisions.make("rule", { id: `${owner.id}_rule_1` });
    const fill = (kind, text) => {
      const cell = decisions.make(kind);
      decisions.write(cell, text);
      rule.append(cell);
    };
    if (this.inputs.length) {
      const input = decisions.make("input", { id: `${owner.id}_input_1` });
      const looksAt = decisions.make("inputExpression");
      decisions.write(looksAt, this.inputs[0].getAttribute("name"));
      input.append(looksAt);
      made.append(input);
      fill("inputEntry", "-");
    }
    made.append(decisions.make("output", { id: `${owner.id}_output_1` }), rule);
    fill("outputEntry", '""');
    return made;
  }

  remove(element) {
    for (const goal of this.decisions.root.querySelectorAll(`[href="#${CSS.escape(element.id)}"]`)) {
      const whole = goal.parentElement.localName.endsWith("Requirement") ? goal.parentElement : goal;
      if (whole.id) this.drawing.remove(whole.id);
      this.decisions.remove(whole);
    }
    for (const each of element.querySelectorAll("[id]")) this.drawing.remove(each.id);
    this.drawing.remove(element.id);
    this.decisions.remove(element);
  }

  /* Gives an element another name; those who read it call it by the new one. */
  rename(element, name) {
    const old = element.getAttribute("name");
    element.setAttribute("name", name);
    part(element, "variable")?.setAttribute("name", name);
    if (!old) return;
    for (const reader of this.nodes.filter((each) => this.reads(each, element))) {
      for (const text of reader.getElementsByTagNameNS("*", "text")) {
        const written = renamed(text.textContent, old, name);
        if (written !== text.textContent) text.textContent = written;
      }
    }
  }

  /* An id is for good, and of one installation: it begins with that of the file. */
  idFor(name, key) {
    const base = `${key}_${name.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "_").replace(/^_|_$/g, "").toLowerCase()}`.slice(0, 60);
    const isTaken = [...this.decisions.xml.querySelectorAll("[id]")].some((each) => each.id === base);
    return isTaken || base.endsWith("_") ? this.decisions.freshId(base.replace(/_$/, "")) : base;
  }
}

/* Replaces a name in FEEL, but not in texts, in longer names, or where it is a part of something. */
export function renamed(text, old, name) {
  const escaped = old.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(`"(?:[^"\\\\]|\\\\.)*"|(?<![\\p{L}\\p{N}_.])${escaped}(?![\\p{L}\\p{N}_])`, "gu");
  return text.replace(pattern, (found) => (found.startsWith('"') ? found : name));
}
