/* Goes over to the simulation of what is drawn, and back; its code is fetched when it is asked for. */

/*
 * `flush` takes what is still being typed into the model first. Answers with what goes over and
 * back, and with the canvas of the simulation while there is one.
 */
export function connectSimulation({ studio, part, words, model }, flush, translate) {
  const panes = studio.querySelector(".studio-panes");
  const place = part("simulation");
  const button = studio.querySelector("[data-do=simulate]");
  let simulation = null;

  async function begin() {
    flush();
    const source = await model.xml();
    const { Simulation } = await import("./simulation.js");
    panes.hidden = true;
    place.hidden = false;
    button.setAttribute("aria-pressed", "true");
    simulation = new Simulation(part, words);
    await simulation.open(source, translate);
    place.dataset.plays = "true";
    studio.dataset.simulates = "true";
    part("simulation-title").focus();
  }

  function end() {
    simulation.close();
    simulation = null;
    delete place.dataset.plays;
    delete studio.dataset.simulates;
    part("simulation-ways").replaceChildren();
    place.hidden = true;
    panes.hidden = false;
    button.setAttribute("aria-pressed", "false");
    model.canvas.resized();
    button.focus();
  }

  let busy = null;
  const toggle = async () => {
    await busy;
    busy = simulation ? end() : begin();
    await busy;
  };
  part("simulation-restart").addEventListener("click", () => simulation?.restart());
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape") toggle();
  });
  return { toggle, canvas: () => simulation?.viewer.get("canvas") };
}
