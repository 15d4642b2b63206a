/* What an activity is given and what it gives: rows of a name and a FEEL expression. */
import { definition, is } from "./model.js";

const KINDS = ["input", "output"];

export function hasMappings(element, kind) {
  if (kind === "output") return is(element, "Activity");
  const isThrown = is(element, "IntermediateThrowEvent", "EndEvent");
  return is(element, "ServiceTask", "SendTask", "BusinessRuleTask", "CallActivity")
    || (isThrown && Boolean(definition(element, "MessageEventDefinition")));
}

export function mappingKinds(element) {
  return KINDS.filter((kind) => hasMappings(element, kind));
}

export function mappingsOf(element, kind) {
  const all = element.businessObject.extensionElements?.values || [];
  return all.filter((each) => each.$type === `understudy:${kind}`);
}

/* Two fields for each mapping; one that says its expression in an attribute keeps that way. */
export function mappingFields(model, element) {
  return mappingKinds(element).flatMap((kind) =>
    mappingsOf(element, kind).flatMap((item, place) => [
      field(model, element, item, { kind, place, part: "name", property: "name" }),
      field(model, element, item, { kind, place, part: "value", property: holder(item) }),
    ]));
}

function holder(item) {
  return ["value", "expression", "source"].find((name) => item.get(name)) || "body";
}

function field(model, element, item, { kind, place, part, property }) {
  return {
    key: `${kind}-${place}-${part}`,
    word: `${kind}-${part}`,
    number: place + 1,
    kind: part === "name" ? "line" : "text",
    rows: 2,
    isCode: true,
    remove: part === "value" ? () => change(model, element, (all) => all.filter((one) => one !== item)) : null,
    read: () => (item.get(property) || "").trim(),
    write: (value) => model.setInside(element, item, { [property]: value || undefined }),
  };
}

export function addMapping(model, element, kind) {
  const item = model.modeler.get("moddle").create(`understudy:${kind}`, {});
  change(model, element, (all) => [...all, item]);
}

function change(model, element, how) {
  const known = element.businessObject.extensionElements;
  if (known) {
    const values = how(known.get("values"));
    for (const each of values) each.$parent = known;
    model.setInside(element, known, { values });
    return;
  }
  const made = model.make("ExtensionElements", { values: how([]) });
  made.$parent = element.businessObject;
  for (const each of made.values) each.$parent = made;
  model.set(element, { extensionElements: made });
}
