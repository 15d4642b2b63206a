/*
 * What the namespace `urn:understudy:bpmn:1` adds to BPMN, for the library that reads the XML.
 *
 * Attributes are known on every element. An element of the namespace that is not listed would be
 * dropped by the library, so whatever a file holds is made known before it is read.
 */
const NAMESPACE = "urn:understudy:bpmn:1";
const ATTRIBUTES = [
  "form", "candidateGroups", "assignee", "dueIn", "priority", "slaIn", "duty", "excludes",
  "decision", "trace", "resultVariable", "service", "binding", "called", "correlation",
  "collection", "elementVariable", "collect", "collectItem", "starterGroups",
];
const ELEMENTS = ["input", "output", "ioMapping", "duty", "subject", "suppress"];

export function notation(source) {
  const model = new DOMParser().parseFromString(source, "text/xml");
  const found = [...model.getElementsByTagNameNS(NAMESPACE, "*")].map((each) => each.localName);
  return {
    name: "Understudy",
    prefix: "understudy",
    uri: NAMESPACE,
    types: [
      {
        name: "OfEverything",
        extends: ["bpmn:BaseElement"],
        properties: ATTRIBUTES.map((name) => ({ name, isAttr: true, type: "String" })),
      },
      ...[...new Set([...ELEMENTS, ...found])].map(element),
    ],
  };
}

/* An element that keeps its text, its children and any attribute. */
function element(name) {
  return {
    name,
    superClass: ["Element"],
    properties: [
      { name: "body", isBody: true, type: "String" },
      { name: "parts", isMany: true, type: "Element" },
    ],
  };
}
