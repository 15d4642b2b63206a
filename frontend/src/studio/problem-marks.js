/* Marks elements in the canvas about which the checks found something; a mark leads to its problem. */
import { make } from "./making.js";

export class ProblemMarks {
  constructor(modeler, words) {
    this.elements = modeler.get("elementRegistry");
    this.overlays = modeler.get("overlays");
    this.words = words;
    this.drawn = [];
  }

  show(findings, pick) {
    for (const id of this.drawn) this.overlays.remove(id);
    this.drawn = [];
    for (const [id, found] of byElement(findings)) {
      const element = this.elements.get(id);
      if (!element?.parent) continue; // the plane itself has no corner for a mark
      const isError = found.some((each) => each.isError);
      const mark = make("button", {
        type: "button",
        className: `studio-mark ${isError ? "is-error" : "is-advice"}`,
        textContent: isError ? "!" : "i",
        title: found.map((each) => `${each.message} ${each.remedy}`).join("\n"),
        aria: { label: `${isError ? this.words.says.error : this.words.says.advice}: ${found[0].message}` },
      });
      mark.addEventListener("click", () => pick(found[0]));
      const position = element.waypoints ? { top: -12, left: -12 } : { top: -12, right: 12 };
      this.drawn.push(this.overlays.add(element, "problem", { position, html: mark }));
    }
  }
}

function byElement(findings) {
  const found = new Map();
  for (const each of findings) {
    if (each.element) found.set(each.element, [...(found.get(each.element) || []), each]);
  }
  return found;
}
