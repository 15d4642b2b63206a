// The builder of forms: every step goes to the server, which answers with the page as it is then.
// Without this script the same buttons and links load the page anew.
import "./css/studio.css";
import { Steps } from "./forms/steps.js";
import { dragItems } from "./forms/dragging.js";
import { walkByKeys } from "./forms/keys.js";

const builder = document.querySelector("[data-builder]");

if (builder) {
  const steps = new Steps(builder);
  steps.listen();
  dragItems(builder, steps);
  walkByKeys(builder, steps);
}
