/*
 * Keeps the picture of what the canvas does not draw, such as a process without a pool beside
 * pools: the library writes the picture of what it has drawn, and would drop the rest.
 */
const AFTER_THE_LIBRARY = 100;

export function UndrawnPicture(eventBus, elementRegistry) {
  let planes = [];
  let undrawn = [];
  eventBus.on("import.render.start", AFTER_THE_LIBRARY, ({ definitions }) => {
    planes = definitions.get("diagrams").map((diagram) => diagram.plane).filter(Boolean);
  });
  eventBus.on("import.render.complete", () => {
    const isDrawn = ({ bpmnElement }) => bpmnElement && elementRegistry.get(bpmnElement.id);
    undrawn = planes.map((plane) => plane.get("planeElement").filter((each) => !isDrawn(each)));
  });
  eventBus.on("saveXML.start", AFTER_THE_LIBRARY, () => {
    planes.forEach((plane, at) => {
      const written = plane.get("planeElement");
      const missing = undrawn[at].filter((each) => !written.includes(each));
      if (missing.length) plane.set("planeElement", [...written, ...missing]);
    });
  });
}
UndrawnPicture.$inject = ["eventBus", "elementRegistry"];
