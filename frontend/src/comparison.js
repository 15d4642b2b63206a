/*
 * Two versions of a process, one above the other, with what differs marked in both.
 *
 * Pages work without this file: the list of changes says the same in words. Each mark has a
 * sign, a word and a kind of line besides its colour, and leads to its place in the list.
 */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./css/diagram.css";
import "./css/comparison.css";
import { firstEvent, followFingers, middleOf, nameStage, show, withPicture } from "./diagram-viewing.js";

const KINDS = { before: ["removed", "changed", "moved"], after: ["added", "changed", "moved"] };
const SIGNS = { added: "+", removed: "\u2212", changed: "\u2260", moved: "\u2194" };
const SMALLEST_READABLE = 0.55;
const ZOOM_STEP = 1.25;
const MARGIN = 24;

for (const figure of document.querySelectorAll("[data-comparison]")) {
  draw(figure).catch((problem) => giveUp(figure, problem));
}

async function draw(figure) {
  const words = JSON.parse(figure.dataset.words);
  const marks = JSON.parse(figure.dataset.marks);
  const pictures = [...figure.querySelectorAll("[data-side]")];
  const sources = await Promise.all(pictures.map((each) => fetchPicture(each, figure.dataset.process)));
  figure.hidden = false;
  const sides = {};
  for (const [index, picture] of pictures.entries()) {
    const side = picture.dataset.side;
    sides[side] = await drawSide(picture, sources[index]);
    for (const kind of KINDS[side]) mark(sides[side].viewer, kind, marks[kind] || [], words[kind]);
  }
  const viewers = Object.values(sides).map((each) => each.viewer);
  settle(viewers);
  tie(viewers);
  connectButtons(figure, sides);
  connectSwitch(figure, sides);
  leadToElements(figure, sides, marks, words);
  figure.dataset.drawn = "true";
}

async function fetchPicture(picture, process) {
  const answer = await fetch(picture.dataset.source, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`The diagram answered ${answer.status}.`);
  return withPicture(await answer.text(), process);
}

async function drawSide(picture, source) {
  const stage = picture.querySelector("[data-stage]");
  const viewer = new NavigatedViewer({ container: stage, zoomScroll: { enabled: false } });
  await viewer.importXML(source);
  nameStage(stage, picture.dataset.label);
  followFingers(stage, viewer.get("canvas"));
  return { picture, stage, viewer };
}

function giveUp(figure, problem) {
  figure.hidden = true;
  figure.dataset.drawn = "false";
  console.info("No pictures of these versions; the list of changes says the same.", problem);
}

function mark(viewer, kind, ids, word) {
  const elements = viewer.get("elementRegistry");
  for (const id of ids) {
    const element = elements.get(id);
    if (!element || element === viewer.get("canvas").getRootElement()) continue;
    viewer.get("canvas").addMarker(element, `is-${kind}`);
    const badge = document.createElement("a");
    badge.className = `comparison-badge is-${kind}`;
    badge.href = `#change-${id}`;
    badge.textContent = SIGNS[kind];
    const said = document.createElement("span");
    said.className = element.width >= 60 ? "" : "visually-hidden";
    said.textContent = ` ${word}`;
    badge.append(said);
    viewer.get("overlays").add(element, "comparison", { position: placeOf(element), html: badge });
  }
}

/* Overlays of lines are placed from the corner of the box around them. */
function placeOf(element) {
  if (!element.waypoints) return { top: -22, left: -4 };
  const middle = middleOf(element);
  const left = Math.min(...element.waypoints.map((each) => each.x));
  const top = Math.min(...element.waypoints.map((each) => each.y));
  return { left: middle.x - left - 12, top: middle.y - top - 12 };
}

/* Both pictures show the same part of the plane, so that the eye finds the same place. */
function tie(viewers) {
  let isFollowing = false;
  for (const viewer of viewers) {
    viewer.on("canvas.viewbox.changed", () => {
      if (isFollowing) return;
      isFollowing = true;
      const { x, y, width, height } = viewer.get("canvas").viewbox();
      for (const other of viewers) {
        if (other !== viewer && isShown(other)) other.get("canvas").viewbox({ x, y, width, height });
      }
      isFollowing = false;
    });
  }
}

function isShown(viewer) {
  return viewer.get("canvas").getContainer().offsetParent !== null;
}

/* All that any of the pictures shows, in each of them. */
function whole(viewers) {
  const boxes = viewers.map((each) => each.get("canvas").viewbox());
  const edge = (pick, get) => pick(...boxes.map(({ inner }) => get(inner)));
  const left = edge(Math.min, ({ x }) => x) - MARGIN;
  const top = edge(Math.min, ({ y }) => y) - MARGIN;
  const width = edge(Math.max, ({ x, width }) => x + width) + MARGIN - left;
  const height = edge(Math.max, ({ y, height }) => y + height) + MARGIN - top;
  const { outer } = boxes[0];
  const zoom = Math.min(1, outer.width / width, outer.height / height);
  const shown = { width: outer.width / zoom, height: outer.height / zoom };
  const place = { x: left + (width - shown.width) / 2, y: top + (height - shown.height) / 2 };
  for (const each of viewers) each.get("canvas").viewbox({ ...place, ...shown });
}

/* The whole while it stays readable, else where it begins. */
function settle(viewers) {
  whole(viewers);
  if (viewers[0].get("canvas").zoom() >= SMALLEST_READABLE) return;
  show(viewers[0], firstEvent(viewers[0]), SMALLEST_READABLE);
  const { x, y, width, height } = viewers[0].get("canvas").viewbox();
  for (const each of viewers.slice(1)) each.get("canvas").viewbox({ x, y, width, height });
}

function connectButtons(figure, sides) {
  const all = () => Object.values(sides).map((each) => each.viewer).filter(isShown);
  const first = () => all()[0];
  const actions = {
    closer: () => first().get("canvas").zoom(first().get("canvas").zoom() * ZOOM_STEP),
    farther: () => first().get("canvas").zoom(first().get("canvas").zoom() / ZOOM_STEP),
    whole: () => whole(all()),
  };
  for (const button of figure.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", actions[button.dataset.zoom]);
  }
}

function connectSwitch(figure, sides) {
  for (const choice of figure.querySelectorAll("[data-show]")) {
    choice.addEventListener("change", () => {
      for (const [side, { picture, viewer }] of Object.entries(sides)) {
        picture.hidden = ![side, "both"].includes(choice.dataset.show);
        if (!picture.hidden) viewer.get("canvas").resized();
      }
      const [first, second] = Object.values(sides).filter(({ viewer }) => isShown(viewer));
      if (!second) return;
      const { x, y, width, height } = first.viewer.get("canvas").viewbox();
      second.viewer.get("canvas").viewbox({ x, y, width, height });
    });
  }
}

/* The list leads to the picture: its buttons appear where there is something to see. */
function leadToElements(figure, sides, marks, words) {
  const said = figure.querySelector("[data-said]");
  for (const button of document.querySelectorAll("[data-element]")) {
    const id = button.dataset.element;
    const side = (marks.removed || []).includes(id) ? "before" : "after";
    const found = sides[side]?.viewer.get("elementRegistry").get(id);
    if (!found || found === sides[side].viewer.get("canvas").getRootElement()) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      if (sides[side].picture.hidden) figure.querySelector(`[data-show="${side}"]`).click();
      point(sides, side, id);
      said.textContent = `${button.dataset.name}: ${words[side]}`;
    });
  }
}

function point(sides, side, id) {
  for (const { viewer } of Object.values(sides)) {
    const canvas = viewer.get("canvas");
    for (const each of viewer.get("elementRegistry").getAll()) {
      canvas.removeMarker(each, "is-pointed-at");
    }
    if (viewer.get("elementRegistry").get(id)) canvas.addMarker(id, "is-pointed-at");
  }
  const { viewer, stage } = sides[side];
  show(viewer, id, Math.max(viewer.get("canvas").zoom(), 0.8));
  const drawing = stage.querySelector(".djs-container > svg");
  drawing.scrollIntoView({ block: "center" });
  drawing.focus({ preventScroll: true });
}
