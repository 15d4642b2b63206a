/* The canvas: the modeler of bpmn.io for who edits, its viewer for who may only look. */
import Modeler from "bpmn-js/lib/Modeler";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import minimap from "diagram-js-minimap";
import { Steps } from "./append.js";
import { GERMAN } from "./german.js";
import { notation } from "./notation.js";
import { UndrawnPicture } from "./picture.js";
import { unreadIn } from "./unread.js";

const PALETTE = 56;
const MARGIN = 20;
const SMALLEST_READABLE = 0.55;
const MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL";
const DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI";
// What no process may hold is not offered.
const REFUSED = /script-task|ad-?hoc/;

function OfferedOnly(popupMenu) {
  popupMenu.registerProvider("bpmn-replace", 500, this);
}
OfferedOnly.$inject = ["popupMenu"];
OfferedOnly.prototype.getPopupMenuEntries = () => (entries) =>
  Object.fromEntries(Object.entries(entries).filter(([id]) => !REFUSED.test(id)));

function translate(text, values = {}) {
  const said = document.documentElement.lang === "de" ? GERMAN[text] || text : text;
  return said.replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole);
}

export const words = { translate: ["value", translate] };

export async function draw(stage, source, isHeld, label) {
  const text = await withPicture(source);
  const options = { container: stage, moddleExtensions: { understudy: notation(text) } };
  const modeler = isHeld
    ? new Modeler({
        ...options,
        additionalModules: [
          minimap,
          {
            __init__: ["offeredOnly", "studioSteps", "undrawnPicture"],
            offeredOnly: ["type", OfferedOnly],
            studioSteps: ["type", Steps],
            undrawnPicture: ["type", UndrawnPicture],
            ...words,
          },
        ],
      })
    : new NavigatedViewer({ ...options, additionalModules: [minimap, words] });
  const { warnings } = await modeler.importXML(text);
  const unread = isHeld ? unreadIn(text, warnings, (await modeler.saveXML()).xml) : [];
  settle(modeler.get("canvas"), modeler.get("elementRegistry"));
  const drawing = stage.querySelector(".djs-container > svg");
  drawing.setAttribute("role", "group");
  drawing.setAttribute("aria-label", label);
  return { modeler, unread };
}

/* Shows the whole diagram beside the palette. */
export function fit(canvas) {
  const { inner, outer } = canvas.viewbox();
  const scale = Math.min(
    1,
    (outer.width - PALETTE - 2 * MARGIN) / inner.width,
    (outer.height - 2 * MARGIN) / inner.height,
  );
  const [width, height] = [outer.width / scale, outer.height / scale];
  const free = Math.max(0, width - inner.width - (PALETTE + 2 * MARGIN) / scale);
  const x = inner.x - (PALETTE + MARGIN) / scale - free / 2;
  canvas.viewbox({ x, y: inner.y + inner.height / 2 - height / 2, width, height });
}

/* Shows the whole diagram while it stays readable, else where it begins. */
function settle(canvas, elements) {
  fit(canvas);
  const start = elements.find((each) => each.type === "bpmn:StartEvent");
  if (canvas.zoom() >= SMALLEST_READABLE || !start) return;
  const { outer } = canvas.viewbox();
  const [width, height] = [outer.width / SMALLEST_READABLE, outer.height / SMALLEST_READABLE];
  const x = start.x - (PALETTE + 3 * MARGIN) / SMALLEST_READABLE;
  canvas.viewbox({ x, y: start.y - height / 2, width, height });
}

/*
 * Returns a model as it is when it has a picture. Else a copy is laid out, which leaves out what
 * it cannot draw, and only its picture is taken over: nothing of the model itself gets lost.
 */
async function withPicture(source) {
  const read = () => new DOMParser().parseFromString(source, "text/xml");
  const model = read();
  if (model.getElementsByTagNameNS(DIAGRAM, "BPMNShape").length > 0) return source;
  const processes = [...model.getElementsByTagNameNS(MODEL, "process")];
  const process = processes.find((each) => each.getAttribute("isExecutable") === "true") || processes[0];
  const { layOut } = await import("../diagram-layout.js");
  const drawn = new DOMParser().parseFromString(await layOut(read(), process?.id), "text/xml");
  for (const empty of [...model.getElementsByTagNameNS(DIAGRAM, "BPMNDiagram")]) empty.remove();
  for (const picture of drawn.getElementsByTagNameNS(DIAGRAM, "BPMNDiagram")) {
    model.documentElement.append(model.importNode(picture, true));
  }
  return new XMLSerializer().serializeToString(model);
}
