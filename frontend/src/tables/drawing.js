/* The picture of a requirements graph: what is new gets a place, what is gone leaves none behind. */
const SPACES = {
  dc: "http://www.omg.org/spec/DMN/20180521/DC/",
  di: "http://www.omg.org/spec/DMN/20180521/DI/",
};
const SIZES = { inputData: [125, 45], decision: [180, 80], businessKnowledgeModel: [135, 46] };
const GAP = 40;

export class Drawing {
  constructor(root) {
    this.root = root;
    this.diagram = root.getElementsByTagNameNS("*", "DMNDiagram")[0];
  }

  drawn(id) {
    const all = this.diagram ? [...this.diagram.children] : [];
    return all.filter((each) => each.getAttribute("dmnElementRef") === id);
  }

  /* A new shape stands right of all others, on the height of its kind. */
  addShape(element) {
    if (!this.diagram) return;
    const boxes = [...this.diagram.children].map(boxOf).filter(Boolean);
    const [width, height] = SIZES[element.localName];
    const right = Math.max(0, ...boxes.map((each) => each.x + each.width));
    const edges = boxes.map((each) => each.y);
    const y = element.localName === "inputData" ? Math.max(60, ...edges) : Math.min(...edges, 600);
    const shape = this.make(this.diagram.namespaceURI, "DMNShape", { id: `${element.id}_shape`, dmnElementRef: element.id });
    shape.append(this.make(SPACES.dc, "Bounds", { x: right + GAP, y: Number.isFinite(y) ? y : 60, width, height }));
    this.diagram.append(shape);
  }

  addEdge(id, from, to) {
    const [source, target] = [from, to].map((each) => this.drawn(each).map(boxOf).find(Boolean));
    if (!source || !target) return;
    const edge = this.make(this.diagram.namespaceURI, "DMNEdge", { id: `${id}_edge`, dmnElementRef: id });
    const isBelow = source.y >= target.y + target.height;
    edge.append(this.point(source, isBelow ? 0 : 1), this.point(target, isBelow ? 1 : 0));
    this.diagram.append(edge);
  }

  point(box, share) {
    return this.make(SPACES.di, "waypoint", { x: box.x + box.width / 2, y: box.y + box.height * share });
  }

  remove(id) {
    for (const each of this.drawn(id)) each.remove();
  }

  make(space, name, facts) {
    const prefix = this.root.lookupPrefix(space) || this.diagram.lookupPrefix(space);
    const made = this.root.ownerDocument.createElementNS(space, prefix ? `${prefix}:${name}` : name);
    for (const [key, value] of Object.entries(facts)) made.setAttribute(key, value);
    return made;
  }
}

function boxOf(drawn) {
  const bounds = [...drawn.children].find((each) => each.localName === "Bounds");
  if (drawn.localName !== "DMNShape" || !bounds) return null;
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(bounds.getAttribute(name)));
  return { x, y, width, height };
}
