/*
 * Lays out a model that comes without a picture.
 *
 * Loaded only when such a model is shown. The layouter draws the first process
 * of a file, follows the references from steps to flows, and knows steps and
 * flows only, so a copy of the model is made to fit before it gets it. Pools and
 * lanes are not drawn; what happens in them is.
 */
import { layoutProcess } from "bpmn-auto-layout";

const MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL";
const DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI";
const BOUNDS = "http://www.omg.org/spec/DD/20100524/DC";
const DATA = ["dataObject", "dataObjectReference", "dataStoreReference"];
const NOTES = ["textAnnotation", "association", "group"];
const SUB_PROCESSES = ["subProcess", "transaction", "adHocSubProcess"];

/* Returns the XML of the process with a picture of it. */
export async function layOut(model, key) {
  const process = all(model, MODEL, "process").find((each) => each.id === key);
  if (!process) {
    throw new Error(`There is no process ${key} in the file.`);
  }
  leaveOnly(model, process);
  for (const name of [...DATA, ...NOTES]) {
    all(process, MODEL, name).forEach((each) => each.remove());
  }
  tieFlows(model, process);
  showInside(model, process);
  return layoutProcess(new XMLSerializer().serializeToString(model));
}

function all(scope, space, name) {
  return [...scope.getElementsByTagNameNS(space, name)];
}

function leaveOnly(model, process) {
  const others = [
    ...all(model, MODEL, "process").filter((each) => each !== process),
    ...all(model, MODEL, "collaboration"),
    ...all(model, MODEL, "laneSet"),
    ...all(model, DIAGRAM, "BPMNDiagram"),
  ];
  others.forEach((each) => each.remove());
}

/* The ends of a flow may be named at the flow alone; the layouter reads them at the steps. */
function tieFlows(model, process) {
  const steps = new Map([...process.querySelectorAll("[id]")].map((each) => [each.id, each]));
  for (const flow of all(process, MODEL, "sequenceFlow")) {
    tie(steps.get(flow.getAttribute("sourceRef")), "outgoing", flow.id);
    tie(steps.get(flow.getAttribute("targetRef")), "incoming", flow.id);
  }

  function tie(step, name, id) {
    const known = [...(step?.children || [])].some(
      (each) => each.localName === name && each.textContent.trim() === id,
    );
    if (step && !known) {
      const reference = model.createElementNS(MODEL, name);
      reference.textContent = id;
      step.append(reference);
    }
  }
}

/* Readers look for where the case stands, so sub-processes are drawn open, not as closed boxes. */
function showInside(model, process) {
  const diagram = model.createElementNS(DIAGRAM, "BPMNDiagram");
  const plane = model.createElementNS(DIAGRAM, "BPMNPlane");
  plane.setAttribute("bpmnElement", process.id);
  for (const inner of SUB_PROCESSES.flatMap((name) => all(process, MODEL, name))) {
    const shape = model.createElementNS(DIAGRAM, "BPMNShape");
    shape.setAttribute("id", `${inner.id}_open`);
    shape.setAttribute("bpmnElement", inner.id);
    shape.setAttribute("isExpanded", "true");
    shape.append(model.createElementNS(BOUNDS, "Bounds"));
    plane.append(shape);
  }
  diagram.append(plane);
  model.documentElement.append(diagram);
}
