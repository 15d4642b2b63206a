/* The editor of decision tables in the studio: tables of fields, problems, and saving by itself. */
import "./css/studio.css";
import "./css/tables.css";
import { keep } from "./studio/keeping.js";
import { openDraft } from "./studio/opening.js";
import { Problems } from "./studio/problems.js";
import { Decisions } from "./tables/decisions.js";
import { graphSection } from "./tables/elements.js";
import { Fields } from "./tables/fields.js";
import { markCells, openPlace } from "./tables/places.js";
import { Requirements } from "./tables/requirements.js";
import { Sheet, typeList } from "./tables/sheet.js";

const PLACES = "[data-sheets] :is(input, textarea, select, button, summary, h2)";

const studio = document.querySelector("[data-tables]");
if (studio) openDraft(studio, studio.dataset.tables, begin);

function begin({ studio, part, words, setting, source }) {
  const decisions = new Decisions(source);
  const problems = new Problems(part("problems"), part("count"), words);
  const desk = {
    studio, part, words, decisions, problems,
    requirements: new Requirements(decisions),
    fields: new Fields(decisions, setting.isHeld),
    tell(text) {
      part("told").textContent = text;
    },
  };
  desk.render = () => render(desk);
  for (const [name, isPressed] of [["pointerdown", true], ["pointerup", false]]) {
    addEventListener(name, () => Object.assign(desk, { isPressed }), { capture: true });
  }
  desk.renderSoon = (selector) => renderSoon(desk, selector);
  render(desk);
  problems.onPick = (finding) => openPlace(studio, finding);
  showFindings(desk, setting.findings);
  if (setting.isHeld) startSaving(desk, setting);
  connectButtons(desk);
  part("graph").addEventListener("toggle", () => showGraph(desk));
}

/* The decision that the file is known by comes first, then those that it reads. */
function render(desk) {
  const { decisions, studio, part } = desk;
  const all = decisions.decisions();
  const lead = all.filter((each) => each.id === studio.dataset.key);
  const others = all.filter((each) => each.id !== studio.dataset.key);
  const sheets = [...lead, ...others].map((element) => new Sheet(desk, element));
  const open = [...part("sheets").querySelectorAll("details[open][data-setup], details[open][data-inputs]")];
  part("sheets").replaceChildren(typeList(), ...sheets.map((each) => each.section), graphSection(desk));
  for (const { dataset } of open) {
    const kept = "inputs" in dataset ? "[data-inputs]" : `[data-setup="${CSS.escape(dataset.setup)}"]`;
    part("sheets").querySelector(kept)?.setAttribute("open", "");
  }
  markCells(studio, desk.findings || []);
  showGraph(desk);
}

/*
 * A name is finished by going elsewhere, often by a press of the button that is wanted next: it
 * must still be there when the press ends.
 */
function renderSoon(desk, selector) {
  const show = () => {
    const back = selector ? () => desk.studio.querySelector(selector) : wayBack(document.activeElement);
    render(desk);
    back()?.focus();
  };
  if (desk.isPressed) addEventListener("pointerup", () => setTimeout(show), { once: true });
  else setTimeout(show);
}

/* Where a field stands among all fields: names may have changed, places have not. */
function wayBack(active) {
  const all = () => [...document.querySelectorAll(PLACES)];
  const place = all().indexOf(active);
  return () => (place < 0 ? null : all()[place]);
}

function showFindings({ studio, problems }, findings) {
  problems.show(findings);
  markCells(studio, findings);
}

/* A name that is being typed is written before anything is saved or left. */
function finishName() {
  const field = document.activeElement;
  if (field?.matches?.("[data-rename]")) field.dispatchEvent(new Event("change"));
}

function startSaving(desk, setting) {
  const { studio, decisions } = desk;
  const saving = keep(desk, setting, {
    address: studio.dataset.tables,
    collect: async () => decisions.text(),
    flush: finishName,
    fileName: "draft.dmn",
    onSaved(told) {
      desk.findings = told.findings;
      markCells(studio, told.findings);
    },
  });
  decisions.onChange = () => {
    saving.note();
    desk.onSteps?.();
  };
}

function connectButtons(desk) {
  const { studio, decisions, saveNow } = desk;
  const button = (name) => studio.querySelector(`[data-do=${name}]`);
  button("save").disabled = !saveNow;
  if (!saveNow) return;
  button("save").addEventListener("click", saveNow);
  for (const name of ["undo", "redo"]) {
    button(name).addEventListener("click", () => {
      decisions[name]();
      render(desk);
      showGraph(desk);
    });
  }
  desk.onSteps = () => {
    button("undo").disabled = !decisions.past.length;
    button("redo").disabled = !decisions.future.length;
  };
}

/* The picture is drawn by a large library, which is fetched when somebody wants to see it. */
async function showGraph({ part, decisions, words }) {
  if (!part("graph").open) return;
  const { drawGraph } = await import("./tables/graph.js");
  await drawGraph(part("stage"), decisions.text(), words.says.graph);
}
