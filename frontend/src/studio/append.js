/*
 * What is added to a diagram at once, each as one step that can be undone.
 *
 * A new step goes behind another one: into the flow that leaves it, where there is one, with room
 * made for it; else beside it, with a flow of its own.
 */
import { getNewShapePosition } from "bpmn-js/lib/features/auto-place/BpmnAutoPlaceUtil";
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

/* Lets somebody else do a user task too when it is late: a timer on its border, and what follows. */
function Escalate(modeling, elementFactory, elementRegistry, bpmnFactory) {
  Object.assign(this, { modeling, elementFactory, elementRegistry, bpmnFactory });
}
Escalate.$inject = ["modeling", "elementFactory", "elementRegistry", "bpmnFactory"];

Escalate.prototype.preExecute = function (context) {
  const { element, words } = context;
  context.made = this.timer(element, words.late);
  const task = this.follow(context.made, "bpmn:ServiceTask", {
    name: words.escalate,
    "understudy:service": "case.escalate",
    extensionElements: this.inputs({ element: `"${element.id}"`, group: `"pool-manager"` }),
  });
  this.follow(task, "bpmn:EndEvent", {});
};

Escalate.prototype.timer = function (element, name) {
  const shape = this.elementFactory.createShape({
    type: "bpmn:BoundaryEvent", eventDefinitionType: "bpmn:TimerEventDefinition", cancelActivity: false,
  });
  const place = { x: element.x + element.width - shape.width, y: element.y + element.height };
  const timer = this.modeling.createShape(shape, place, element, { attach: true });
  this.modeling.updateProperties(timer, { name });
  const timeDuration = this.bpmnFactory.create("bpmn:FormalExpression", { body: "P3BD" });
  const [event] = timer.businessObject.eventDefinitions;
  this.modeling.updateModdleProperties(timer, event, { timeDuration });
  return timer;
};

/* Placed as bpmn.io would, but without its editor for the name, which would overwrite ours. */
Escalate.prototype.follow = function (source, type, properties) {
  const businessObject = this.bpmnFactory.create(type, properties);
  if (properties.extensionElements) properties.extensionElements.$parent = businessObject;
  const shape = this.elementFactory.createShape({ type, businessObject });
  const place = getNewShapePosition(source, shape, this.elementRegistry);
  return this.modeling.appendShape(source, shape, place, (source.host || source).parent);
};

Escalate.prototype.inputs = function (inputs) {
  const values = Object.entries(inputs).map(([name, body]) =>
    this.bpmnFactory.create("understudy:input", { name, body }));
  const made = this.bpmnFactory.create("bpmn:ExtensionElements", { values });
  for (const each of values) each.$parent = made;
  return made;
};

export function Steps(commandStack) {
  commandStack.registerHandler("studio.append", Append);
  commandStack.registerHandler("studio.escalate", Escalate);
}
Steps.$inject = ["commandStack"];
