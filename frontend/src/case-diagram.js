// Draws the diagram of a case: <div data-diagram="URL of the BPMN" data-marks='{"active": [...]}'>.
// Each name in the marks becomes the class `is-NAME` on the elements that it lists.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./css/diagram.css";

for (const place of document.querySelectorAll("[data-diagram]")) draw(place);

async function draw(place) {
  const viewer = new NavigatedViewer({ container: place });
  const canvas = viewer.get("canvas");
  try {
    const answer = await fetch(place.dataset.diagram, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    await viewer.importXML(await answer.text());
    mark(viewer, JSON.parse(place.dataset.marks || "{}"));
    canvas.zoom("fit-viewport", "auto");
    showActive(viewer, place);
    connectButtons(viewer, place);
    place.dataset.diagramState = "drawn";
  } catch {
    place.dataset.diagramState = "failed";
    document.querySelector(place.dataset.diagramFallback || null)?.removeAttribute("hidden");
  }
}

function mark(viewer, marks) {
  const canvas = viewer.get("canvas");
  const elements = viewer.get("elementRegistry");
  for (const [name, ids] of Object.entries(marks)) {
    for (const id of ids) {
      if (elements.get(id)) canvas.addMarker(id, `is-${name}`);
    }
  }
}

// On a small screen the whole diagram would be too small to read: come close to where the case is.
function showActive(viewer, place) {
  const canvas = viewer.get("canvas");
  const active = JSON.parse(place.dataset.marks || "{}").active || [];
  const element = active.map((id) => viewer.get("elementRegistry").get(id)).find(Boolean);
  if (!element || canvas.zoom() > 0.6) return;
  canvas.zoom(0.75, {
    x: element.x + element.width / 2,
    y: element.y + element.height / 2,
  });
  canvas.scrollToElement(element, 80);
}

function connectButtons(viewer, place) {
  const canvas = viewer.get("canvas");
  const steps = {
    in: () => canvas.zoom(canvas.zoom() * 1.25),
    out: () => canvas.zoom(canvas.zoom() / 1.25),
    fit: () => canvas.zoom("fit-viewport", "auto"),
  };
  for (const button of document.querySelectorAll(`[data-diagram-zoom]`)) {
    button.hidden = false;
    button.addEventListener("click", () => steps[button.dataset.diagramZoom]());
  }
}
