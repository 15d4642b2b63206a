/* What every picture of a process on a page does: it is laid out, named, moved and centred. */

const DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI";
const MARGIN = 24;

/* Returns a model as it is when it has a picture, else laid out; few need the code for that. */
export async function withPicture(source, process) {
  const model = new DOMParser().parseFromString(source, "text/xml");
  if (model.getElementsByTagNameNS(DIAGRAM, "BPMNShape").length > 0) {
    return source;
  }
  const { layOut } = await import("./diagram-layout.js");
  return layOut(model, process);
}

export function nameStage(stage, label) {
  const drawing = stage.querySelector(".djs-container > svg");
  drawing?.setAttribute("role", "group");
  drawing?.setAttribute("aria-label", label || "");
}

export function firstEvent(viewer) {
  const isStart = (element) => element.type === "bpmn:StartEvent";
  return viewer.get("elementRegistry").find(isStart)?.id;
}

export function show(viewer, id, zoom) {
  const canvas = viewer.get("canvas");
  const element = viewer.get("elementRegistry").get(id);
  if (!element) {
    return;
  }
  const { inner, outer } = canvas.viewbox();
  const width = outer.width / zoom;
  const height = outer.height / zoom;
  const middle = middleOf(element);
  canvas.viewbox({
    x: within(middle.x - width / 2, inner.x, inner.width, width),
    y: within(middle.y - height / 2, inner.y, inner.height, height),
    width,
    height,
  });
}

export function middleOf({ x, y, width, height, waypoints }) {
  if (!waypoints) return { x: x + width / 2, y: y + height / 2 };
  const [first, second] = waypoints.slice(Math.floor((waypoints.length - 1) / 2));
  return { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2 };
}

/* Keeps a window of some size over the content; content that fits stands in its middle. */
function within(wanted, start, length, size) {
  if (length + 2 * MARGIN <= size) {
    return start + length / 2 - size / 2;
  }
  return Math.min(Math.max(wanted, start - MARGIN), start + length + MARGIN - size);
}

/* Dragging with the mouse comes with the viewer; fingers move the picture sideways. */
export function followFingers(stage, canvas) {
  let last = null;
  stage.addEventListener("pointerdown", (event) => {
    last = event.pointerType === "touch" ? event : null;
  });
  stage.addEventListener("pointermove", (event) => {
    if (last && event.pointerId === last.pointerId) {
      canvas.scroll({ dx: event.clientX - last.clientX, dy: event.clientY - last.clientY });
      last = event;
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, () => {
      last = null;
    });
  }
}
