/* The editor of the studio: canvas, outline, properties, problems, and saving by itself. */
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import "./css/studio.css";
import "./css/simulation.css";
import { keep } from "./studio/keeping.js";
import { Model } from "./studio/model.js";
import { draw, fit, words as saidWords } from "./studio/modeler.js";
import { openDraft } from "./studio/opening.js";
import { Outline } from "./studio/outline.js";
import { Panel } from "./studio/panel.js";
import { ProblemMarks } from "./studio/problem-marks.js";
import { Problems } from "./studio/problems.js";
import { connectSimulation } from "./studio/simulating.js";

const ZOOM = 1.25;
const studio = document.querySelector("[data-studio]");
if (studio) openDraft(studio, studio.dataset.studio, begin);

async function begin({ studio, part, words, setting, source }) {
  const { modeler, unread } = await draw(part("stage"), source, setting.isHeld, words.says.canvas);
  const model = new Model(modeler, unread);
  const panel = new Panel(part("panel"), model, words, setting.known, setting.isHeld);
  const outline = new Outline(part("outline"), model, words, setting.isHeld);
  const problems = new Problems(part("problems"), part("count"), words);
  const desk = { studio, part, words, modeler, model, panel, outline, problems };
  const marks = new ProblemMarks(modeler, words);
  problems.onShow = (findings) => marks.show(findings, (finding) => problems.onPick(finding));
  problems.show(setting.findings);
  panel.show(model.home);
  followSelection(desk);
  connectButtons(desk, setting.isHeld ? startSaving(desk, setting) : null);
  openNamed(desk);
}

function followSelection({ modeler, model, panel, outline, problems }) {
  modeler.on("selection.changed", ({ newSelection }) => {
    const chosen = newSelection.length === 1 ? newSelection[0] : model.home;
    const element = chosen.labelTarget || chosen;
    outline.flush();
    if (element !== panel.element) panel.show(element);
    outline.follow(element);
  });
  modeler.on("elements.changed", () => {
    outline.render();
    panel.refresh();
  });
  outline.onOpen = () => panel.focus();
  problems.onPick = (finding) => {
    const element = model.find(finding.element);
    model.select(element);
    if (panel.element !== element) panel.show(element);
    outline.follow(element);
    panel.focusFinding(finding.message);
  };
}

/* A link of a report names the element that it is about. */
function openNamed({ model, panel, outline }) {
  const id = decodeURIComponent(location.hash).replace("#element-", "");
  if (!location.hash.startsWith("#element-") || !id) return;
  const element = model.find(id);
  model.select(element);
  if (panel.element !== element) panel.show(element);
  outline.follow(element);
  panel.focus();
}

/* Everything that is still being typed, anywhere, goes into the model. */
function flush({ modeler, panel, outline }) {
  panel.flush();
  outline.flush();
  modeler.get("directEditing", false)?.complete();
}

function startSaving(desk, setting) {
  const { studio, modeler, model, panel } = desk;
  const saving = keep(desk, setting, {
    address: studio.dataset.studio,
    collect() {
      panel.flush();
      return model.xml();
    },
    flush: () => flush(desk),
    fileName: "draft.bpmn",
  });
  modeler.on("commandStack.changed", () => saving.note());
  panel.onTyping = () => saving.note();
  return desk.saveNow;
}

function connectButtons(desk, saveNow) {
  const { studio, modeler, model } = desk;
  const { canvas, stack } = model;
  const step = (name) => () => {
    flush(desk);
    stack[name]();
  };
  const simulation = connectSimulation(desk, () => flush(desk), saidWords);
  const shown = () => simulation.canvas() || canvas;
  const actions = {
    undo: step("undo"),
    redo: step("redo"),
    save: saveNow,
    closer: () => shown().zoom(shown().zoom() * ZOOM),
    farther: () => shown().zoom(shown().zoom() / ZOOM),
    fit: () => fit(shown()),
    map: () => toggleMap(modeler, buttons.map),
    simulate: simulation.toggle,
  };
  const buttons = Object.fromEntries(
    [...studio.querySelectorAll("[data-do]")].map((each) => [each.dataset.do, each]),
  );
  for (const [name, button] of Object.entries(buttons)) button.addEventListener("click", actions[name]);
  buttons.save.disabled = !saveNow;
  if (!saveNow) return;
  const show = () => {
    buttons.undo.disabled = !stack.canUndo();
    buttons.redo.disabled = !stack.canRedo();
  };
  modeler.on("commandStack.changed", show);
}

function toggleMap(modeler, button) {
  modeler.get("minimap").toggle();
  button.setAttribute("aria-pressed", modeler.get("minimap").isOpen());
}
