/*
 * Puts a new step behind another one, as one step that can be undone: into the flow that leaves
 * it, where there is one, with room made for it; else beside it, with a flow of its own.
 */
import { selfAndAllChildren } from "diagram-js/lib/util/Elements";
import { is } from "./model.js";

const GAP = 50;

function Append(modeling, spaceTool, elementFactory, autoPlace, canvas) {
  Object.assign(this, { modeling, spaceTool, elementFactory, autoPlace, canvas });
}
Append.$inject = ["modeling", "spaceTool", "elementFactory", "autoPlace", "canvas"];

Append.prototype.preExecute = function (context) {
  const { element, type } = context;
  const shape = this.elementFactory.createShape({ type });
  const flows = element.outgoing.filter((flow) => is(flow, "SequenceFlow"));
  const isLast = flows.length !== 1 || type === "bpmn:EndEvent";
  context.made = isLast ? this.autoPlace.append(element, shape) : this.insert(flows[0], shape);
};

Append.prototype.insert = function (flow, shape) {
  const start = flow.source.x + flow.source.width + 1;
  if (flow.target.x > start) this.makeRoom(start, shape.width + GAP);
  return this.modeling.createShape(shape, middle(flow.waypoints), flow);
};

Append.prototype.makeRoom = function (start, width) {
  const delta = { x: width, y: 0 };
  const all = selfAndAllChildren(this.canvas.getRootElement());
  const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments(all, "x", width, start);
  this.spaceTool.makeSpace(movingShapes, resizingShapes, delta, "e", start);
};

/* The middle of the longest piece of a flow. */
function middle(points) {
  const pieces = points.slice(1).map((to, at) => ({ from: points[at], to }));
  const length = ({ from, to }) => Math.abs(to.x - from.x) + Math.abs(to.y - from.y);
  const { from, to } = pieces.reduce((best, each) => (length(each) > length(best) ? each : best));
  return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
}

export function Steps(commandStack) {
  commandStack.registerHandler("studio.append", Append);
}
Steps.$inject = ["commandStack"];
