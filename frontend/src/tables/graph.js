/*
 * The requirements graph, drawn by the viewer of dmn-js for graphs alone: its other views would
 * be three quarters of the download. The mark of the library stays visible.
 */
import Manager from "dmn-js-shared/lib/base/Manager.js";
import { containsDi } from "dmn-js-shared/lib/util/DiUtil.js";
import { is } from "dmn-js-shared/lib/util/ModelUtil.js";
import Graph from "dmn-js-drd/lib/NavigatedViewer.js";
import "dmn-js-drd/assets/css/dmn-js-drd.css";
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";

class GraphViewer extends Manager {
  _getViewProviders() {
    const opens = (element) => is(element, "dmn:Definitions") && containsDi(element);
    return [{ id: "drd", constructor: Graph, opens }];
  }
}

let viewer = null;

export async function drawGraph(stage, source, name) {
  viewer ||= new GraphViewer({ container: stage, drd: { drillDown: { enabled: false } } });
  await viewer.importXML(source);
  const picture = stage.querySelector("svg");
  picture?.setAttribute("role", "img");
  picture?.setAttribute("aria-label", name);
  viewer.getActiveViewer()?.get("canvas").zoom("fit-viewport");
}
