/*
 * Plays tokens through a copy of what is drawn: the draft itself is never touched.
 *
 * Only the simulator of the library is used, and its moving tokens where motion is welcome. Its
 * own bars and badges would cover the canvas, need inline styles, and be out of reach of the
 * keyboard, so that what waits and which way is taken stands in a panel beside the picture.
 */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import animation from "bpmn-js-token-simulation/lib/animation";
import simulator from "bpmn-js-token-simulation/lib/simulator";
import { show } from "../diagram-viewing.js";
import { make } from "./making.js";
import { is, nameOf, typeOf } from "./model.js";
import { fit } from "./modeler.js";

const SIMULATOR = "tokenSimulation.simulator";
const WAITS = ["UserTask", "ManualTask"];
const TOLD = ["Activity", "Event", "Gateway"];
const MOST_TOLD = 200;
const COLOURS = { primary: "#1d4ed8", auxiliary: "#fff" };

export class Simulation {
  constructor(part, words) {
    Object.assign(this, { part, words });
    this.counts = [];
  }

  async open(source, translate) {
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.viewer = new NavigatedViewer({
      container: this.part("simulation-stage"),
      additionalModules: [...(isCalm ? [simulator] : [animation, simulator]), translate],
    });
    this.viewer.on(`${SIMULATOR}.createScope`, ({ scope }) => {
      scope.colors = COLOURS;
    });
    await this.viewer.importXML(source);
    this.simulator = this.viewer.get("simulator");
    this.elements = this.viewer.get("elementRegistry");
    this.nameStage();
    this.decide();
    this.listen();
    this.restart();
    fit(this.viewer.get("canvas"));
  }

  close() {
    this.viewer.destroy();
  }

  restart() {
    this.simulator.reset();
    this.part("simulation-log").replaceChildren(); // what the reset ended is no news
    this.render();
  }

  nameStage() {
    const drawing = this.part("simulation-stage").querySelector(".djs-container > svg");
    drawing.setAttribute("role", "group");
    drawing.setAttribute("aria-label", this.words.says.simulated);
  }

  /* People are waited for, and each gateway has a way until another one is chosen. */
  decide() {
    for (const each of this.elements.getAll()) {
      if (is(each, ...WAITS)) this.simulator.waitAtElement(each);
      const ways = waysOf(each);
      if (ways.length < 2) continue;
      const first = ways.find((way) => way.businessObject === each.businessObject.default) || ways[0];
      if (is(each, "ExclusiveGateway")) this.simulator.setConfig(each, { activeOutgoing: first });
      if (is(each, "InclusiveGateway")) this.simulator.setConfig(each, { activeOutgoing: ways });
    }
  }

  listen() {
    this.viewer.on(`${SIMULATOR}.tick`, () => this.renderSoon());
    this.viewer.on(`${SIMULATOR}.trace`, ({ action, element }) => {
      if (action === "exit" && is(element, ...TOLD)) this.tell(this.titleOf(element));
    });
    this.viewer.on(`${SIMULATOR}.destroyScope`, ({ scope }) => {
      if (!scope.parent && scope.completed) this.tell(this.words.says.simulationEnded);
    });
    this.viewer.on("element.click", ({ element }) => {
      const [subscription] = this.subscriptionsOf(element.labelTarget || element);
      if (subscription) this.trigger(subscription);
    });
  }

  tell(text) {
    const log = this.part("simulation-log");
    log.append(make("li", { textContent: text }));
    if (log.children.length > MOST_TOLD) log.firstElementChild.remove();
    log.parentElement.scrollTop = log.parentElement.scrollHeight;
  }

  titleOf(element) {
    const type = this.words.types[typeOf(element)] || typeOf(element);
    const name = nameOf(element);
    return name ? `${type}: ${name}` : type;
  }

  subscriptionsOf(element) {
    if (!is(element, ...TOLD)) return [];
    const found = this.simulator.findSubscriptions({ element });
    return [...found].sort((one) => (one.event.type === "none" ? 1 : -1));
  }

  trigger({ event, scope }) {
    this.simulator.trigger({ event, scope });
    this.render();
  }

  /* One step changes many elements; the panel is written once. */
  renderSoon() {
    if (this.isDue) return;
    this.isDue = true;
    queueMicrotask(() => {
      this.isDue = false;
      this.render();
    });
  }

  render() {
    this.showCounts();
    this.showWaiting();
    this.showWays();
  }

  showCounts() {
    const overlays = this.viewer.get("overlays");
    for (const id of this.counts) overlays.remove(id);
    this.counts = [];
    for (const element of this.elements.filter((each) => is(each, "Activity", "Event", "Gateway"))) {
      if (element.labelTarget) continue;
      const scopes = this.simulator.findScopes(
        (scope) => !scope.destroyed && scope.children.some((each) => !each.destroyed && each.element === element),
      );
      const tokens = [...scopes].reduce((sum, scope) => sum + scope.getTokensByElement(element), 0);
      if (!tokens) continue;
      const html = make("span", { className: "studio-token", textContent: tokens });
      this.counts.push(overlays.add(element, "token", { position: { bottom: 12, left: -12 }, html }));
    }
  }

  showWaiting() {
    const place = this.part("simulation-waits");
    const focused = place.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    const buttons = this.elements
      .getAll()
      .filter((each) => !each.labelTarget)
      .flatMap((element) => this.subscriptionsOf(element).slice(0, 1).map((found) => this.waiting(element, found)));
    place.replaceChildren(...buttons);
    if (focused === null) return;
    const same = buttons.find((each) => each.dataset.id === focused);
    (same || buttons.at(-1) || this.part("simulation-title")).focus();
  }

  waiting(element, subscription) {
    const { says } = this.words;
    const sentence = is(element, "Activity") ? says.simulateDone : says.simulateEvent;
    const isStart = is(element, "StartEvent");
    const name = nameOf(element) || this.titleOf(element);
    const button = make("button", {
      type: "button",
      className: "btn btn-sm",
      data: { id: element.id },
      textContent: (isStart ? says.simulateStart : sentence).replace("{name}", () => name),
    });
    button.addEventListener("click", () => {
      show(this.viewer, element.id, this.viewer.get("canvas").zoom());
      this.trigger(subscription);
    });
    return button;
  }

  /* Ways are chosen before a token comes; a list that is used is not written anew under the hand. */
  showWays() {
    const place = this.part("simulation-ways");
    if (place.childElementCount) return;
    for (const element of this.elements.filter((each) => waysOf(each).length > 1)) {
      if (is(element, "ExclusiveGateway")) place.append(this.oneWay(element));
      if (is(element, "InclusiveGateway")) place.append(this.manyWays(element));
    }
  }

  oneWay(element) {
    const { activeOutgoing } = this.simulator.getConfig(element);
    const options = waysOf(element).map((way) =>
      make("option", { value: way.id, textContent: wayName(way), selected: way === activeOutgoing }),
    );
    const select = make("select", { className: "form-select" }, ...options);
    select.addEventListener("change", () => {
      this.simulator.setConfig(element, { activeOutgoing: this.elements.get(select.value) });
    });
    const label = make("label", { className: "form-label" }, this.titleOf(element), select);
    return make("div", { className: "studio-field" }, label);
  }

  manyWays(element) {
    const boxes = waysOf(element).map((way) => {
      const box = make("input", { type: "checkbox", className: "form-check-input", value: way.id, checked: true });
      return [box, make("label", {}, box, ` ${wayName(way)}`)];
    });
    const choose = ({ target }) => {
      // One way has to be taken.
      if (!boxes.some(([box]) => box.checked)) target.checked = true;
      const chosen = boxes.filter(([box]) => box.checked).map(([box]) => this.elements.get(box.value));
      this.simulator.setConfig(element, { activeOutgoing: chosen });
    };
    for (const [box] of boxes) box.addEventListener("change", choose);
    const legend = make("legend", { className: "form-label", textContent: this.titleOf(element) });
    return make("fieldset", { className: "studio-field studio-ways" }, legend, ...boxes.map(([, label]) => label));
  }
}

function waysOf(element) {
  return (element.outgoing || []).filter((each) => is(each, "SequenceFlow"));
}

function wayName(way) {
  const target = nameOf(way.target) || way.target.id;
  return nameOf(way) ? `${nameOf(way)} → ${target}` : `→ ${target}`;
}
