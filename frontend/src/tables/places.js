/* Where findings are on the page: the cell, the rule, or the field of an expression. */
import { make } from "../studio/making.js";

export function placeOf(studio, finding) {
  const { cell } = finding;
  if (cell) {
    const { table, rule, column } = cell;
    if (rule !== null && column !== null) {
      const found = studio.querySelector(`[data-cell="${table}/${rule}/${column}"]`);
      if (found) return found;
    }
    if (rule !== null) return studio.querySelector(`[data-rule="${table}/${rule}"]`);
    if (column !== null) return studio.querySelector(`[data-column="${table}/${column}"]`);
  }
  const id = finding.element && CSS.escape(finding.element);
  return id ? studio.querySelector(`[data-id="${id}"]`) : null;
}

export function openPlace(studio, finding) {
  const place = placeOf(studio, finding);
  if (!place) return;
  const fold = place.closest("details");
  if (fold) fold.open = true;
  const field = place.matches("textarea, input") ? place : place.querySelector("textarea, input, select");
  (field || place).focus();
  (field || place).scrollIntoView({ block: "center" });
}

/* A cell that is wrong says so itself, also to a screen reader. */
export function markCells(studio, findings) {
  for (const old of studio.querySelectorAll("[data-problem]")) old.remove();
  for (const old of studio.querySelectorAll("[aria-invalid]")) {
    old.removeAttribute("aria-invalid");
    old.removeAttribute("aria-describedby");
  }
  for (const old of studio.querySelectorAll("tr.has-finding")) old.classList.remove("has-finding");
  findings.forEach((finding, number) => mark(studio, finding, number));
}

function mark(studio, finding, number) {
  const place = placeOf(studio, finding);
  place?.closest("tr[data-rule]")?.classList.add("has-finding");
  if (!place?.matches("textarea, input") || !finding.isError || place.ariaInvalid === "true") return;
  const id = `problem-${number}`;
  place.setAttribute("aria-invalid", "true");
  place.setAttribute("aria-describedby", id);
  place.after(make("small", { id, className: "cell-problem", textContent: finding.message, data: { problem: "" } }));
}
