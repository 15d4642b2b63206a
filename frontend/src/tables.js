/* The editor of decision tables in the studio: tables of fields, problems, and saving by itself. */
import "./css/studio.css";
import "./css/tables.css";
import { keep } from "./studio/keeping.js";
import { openDraft } from "./studio/opening.js";
import { Problems } from "./studio/problems.js";
import { Decisions } from "./tables/decisions.js";
import { Fields } from "./tables/fields.js";
import { markCells, openPlace } from "./tables/places.js";
import { Sheet, typeList } from "./tables/sheet.js";

const studio = document.querySelector("[data-tables]");
if (studio) openDraft(studio, studio.dataset.tables, begin);

function begin({ studio, part, words, setting, source }) {
  const decisions = new Decisions(source);
  const problems = new Problems(part("problems"), part("count"), words);
  const desk = {
    studio, part, words, decisions, problems,
    fields: new Fields(decisions, setting.isHeld),
    tell(text) {
      part("told").textContent = text;
    },
  };
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
  part("sheets").replaceChildren(typeList(), ...sheets.map((each) => each.section));
}

function showFindings({ studio, problems }, findings) {
  problems.show(findings);
  markCells(studio, findings);
}

function startSaving(desk, setting) {
  const { studio, decisions } = desk;
  const saving = keep(desk, setting, {
    address: studio.dataset.tables,
    collect: async () => decisions.text(),
    flush: () => {},
    fileName: "draft.dmn",
    onSaved: (told) => markCells(studio, told.findings),
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
