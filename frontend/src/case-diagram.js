/*
 * Draws the diagram of a process and marks where a case stands in it.
 *
 * Pages work without this file: the list of steps below the picture says the
 * same in words. The picture never takes the wheel from the page; it is moved
 * by dragging, by the keyboard and by its buttons.
 */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./css/diagram.css";
import { firstEvent, followFingers, nameStage, show, withPicture } from "./diagram-viewing.js";

const SMALLEST_READABLE_ZOOM = 0.55;
const ZOOM_STEP = 1.25;

for (const figure of document.querySelectorAll("[data-case-diagram]")) {
  draw(figure).catch((problem) => giveUp(figure, problem));
}

async function draw(figure) {
  const answer = await fetch(figure.dataset.caseDiagram, { credentials: "same-origin" });
  if (!answer.ok) {
    throw new Error(`The diagram answered ${answer.status}.`);
  }
  const source = await withPicture(await answer.text(), figure.dataset.process);
  const stage = figure.querySelector("[data-stage]");
  const marks = JSON.parse(figure.dataset.marks || "{}");
  // The stage must have its size before anything is drawn into it.
  figure.hidden = false;
  const viewer = new NavigatedViewer({ container: stage, zoomScroll: { enabled: false } });
  await viewer.importXML(source);
  nameStage(stage, figure.dataset.label);
  mark(viewer, marks, figure.dataset);
  settle(viewer, marks.active || []);
  connectButtons(figure, viewer, marks.active || []);
  followFingers(stage, viewer.get("canvas"));
  foldList(figure.dataset.list);
  figure.dataset.drawn = "true";
}

/* A model that cannot be laid out, or a lost connection, leaves the list alone on the page. */
function giveUp(figure, problem) {
  figure.hidden = true;
  figure.dataset.drawn = "false";
  console.info("No picture of this process; the list of steps says the same.", problem);
}

function foldList(id) {
  const list = document.getElementById(id);
  if (list instanceof HTMLDetailsElement && location.hash !== `#${id}`) {
    list.open = false;
  }
}

/* Marks carry a word beside the colour, so that nobody has to tell colours apart. */
function mark(viewer, marks, words) {
  const canvas = viewer.get("canvas");
  const elements = viewer.get("elementRegistry");
  const kinds = [
    ["taken", ""],
    ["done", "\u2713"],
    ["active", words.wordActive],
    ["incident", words.wordIncident],
  ];
  warm(viewer, marks.heat || {}, marks.words || {});
  for (const [kind, word] of kinds) {
    for (const id of marks[kind] || []) {
      const element = elements.get(id);
      if (element) {
        canvas.addMarker(element, `is-${kind}`);
        label(viewer.get("overlays"), element, kind, word, (marks.counts || {})[id]);
      }
    }
  }
}

/* How warm an element is says a number beside it too. */
function warm(viewer, heat, words) {
  const canvas = viewer.get("canvas");
  const elements = viewer.get("elementRegistry");
  for (const [id, level] of Object.entries(heat)) {
    const element = elements.get(id);
    if (element) {
      canvas.addMarker(element, `is-heat-${level}`);
      label(viewer.get("overlays"), element, "heat", words[id]);
    }
  }
}

function label(overlays, element, kind, word, count) {
  const isSmall = !element.width || element.width < 60;
  if (!word || (isSmall && kind === "done")) {
    return;
  }
  const badge = document.createElement("span");
  badge.className = `diagram-badge is-${kind}`;
  badge.textContent = kind === "active" && count > 1 ? `${word} \u00d7 ${count}` : word;
  const position = kind === "done" ? { top: -11, right: 14 } : { top: -13, left: 0 };
  overlays.add(element, "state", { position, html: badge });
}

/* Shows the whole diagram while it stays readable, else the place where the case stands. */
function settle(viewer, active) {
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  const fitting = canvas.zoom();
  if (fitting > 1) {
    canvas.zoom(1, "auto");
  } else if (fitting < SMALLEST_READABLE_ZOOM) {
    show(viewer, active[0] || firstEvent(viewer), SMALLEST_READABLE_ZOOM);
  }
}

function connectButtons(figure, viewer, active) {
  const canvas = viewer.get("canvas");
  const actions = {
    closer: () => canvas.zoom(canvas.zoom() * ZOOM_STEP),
    farther: () => canvas.zoom(canvas.zoom() / ZOOM_STEP),
    whole: () => canvas.zoom("fit-viewport", "auto"),
    here: () => show(viewer, active[0], 1),
  };
  for (const button of figure.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", actions[button.dataset.zoom]);
    button.hidden = button.dataset.zoom === "here" && active.length === 0;
  }
}
