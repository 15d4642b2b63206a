/* Which properties an element has for a designer, and how each is read and written. */
import { mappingFields } from "./mappings.js";
import { definition, is, processOf } from "./model.js";

const OFFERED = { form: "form", decision: "decision", service: "service", calledElement: "process",
  candidateGroups: "group", starterGroups: "group" };
const TIMES = ["timeDuration", "timeDate", "timeCycle"];

export function fieldsOf(model, element) {
  if (processOf(element)) return ofProcess(model, element);
  const fields = [name(model, element)];
  if (is(element, "SequenceFlow")) fields.push(...ofFlow(model, element));
  if (is(element, "UserTask")) {
    fields.push(...ours(model, element, "form", "candidateGroups", "assignee", "dueIn", "priority",
      "duty", "excludes", "resultVariable"));
  } else if (is(element, "StartEvent")) {
    fields.push(...ours(model, element, "form", "duty"));
  } else if (is(element, "BusinessRuleTask")) {
    fields.push(...ours(model, element, "decision", "resultVariable"));
  } else if (is(element, "ServiceTask", "SendTask")) {
    fields.push(...ours(model, element, "service", "resultVariable"));
  } else if (is(element, "CallActivity")) {
    fields.push(...ofCall(model, element));
  }
  const timer = definition(element, "TimerEventDefinition");
  if (timer) fields.push(...ofTimer(model, element, timer));
  if (definition(element, "MessageEventDefinition")) {
    fields.push(...ours(model, element, "correlation"));
  }
  const loop = element.businessObject.loopCharacteristics;
  if (loop?.$type === "bpmn:MultiInstanceLoopCharacteristics") {
    fields.push(...ofLoop(model, element, loop));
  }
  if (!is(element, "TextAnnotation", "Collaboration")) {
    fields.push(documentation(model, element, element.businessObject));
  }
  fields.push(...mappingFields(model, element));
  return fields;
}

function name(model, element) {
  const property = is(element, "TextAnnotation") ? "text" : "name";
  return {
    key: "name", kind: "text", rows: 2,
    read: () => element.businessObject.get(property) || "",
    write: (value) => model.rename(element, value),
  };
}

function documentation(model, element, object) {
  return {
    key: "documentation", kind: "text", rows: 3,
    read: () => object.documentation?.[0]?.text || "",
    write: (value) =>
      model.setInside(element, object, { documentation: model.documentation(object, value) }),
  };
}

/* Attributes of our namespace on an element, or on something inside of it. */
function ours(model, element, ...keys) {
  return keys.map((key) => inside(model, element, element.businessObject, key));
}

function inside(model, element, object, key, property = `understudy:${key}`) {
  return {
    key, kind: "line", offers: OFFERED[key],
    read: () => object.get(property) || "",
    write: (value) => model.setInside(element, object, { [property]: value || undefined }),
  };
}

function ofProcess(model, element) {
  const process = processOf(element);
  return [
    { key: "name", kind: "text", rows: 2,
      read: () => process.name || "",
      write: (value) => {
        model.setInside(element, process, { name: value || undefined });
        if (is(element, "Participant")) model.rename(element, value);
      } },
    documentation(model, element, process),
    inside(model, element, process, "starterGroups"),
  ];
}

function ofFlow(model, element) {
  const { source, businessObject: flow } = element;
  const fields = [];
  if (!is(source, "ParallelGateway", "EventBasedGateway")) {
    fields.push({
      key: "condition", kind: "text", rows: 3, isCode: true,
      read: () => flow.conditionExpression?.body || "",
      write: (value) => model.set(element, { conditionExpression: model.expression(value) }),
    });
  }
  if (is(source, "ExclusiveGateway", "InclusiveGateway", "Activity")) {
    fields.push({
      key: "default", kind: "check",
      read: () => source.businessObject.default === flow,
      write: (value) => model.set(source, { default: value ? flow : undefined }),
    });
  }
  return fields;
}

function ofCall(model, element) {
  const object = element.businessObject;
  return [
    inside(model, element, object, "calledElement", "calledElement"),
    { ...inside(model, element, object, "binding"), kind: "choice", choices: ["", "start", "latest"] },
    ...ours(model, element, "resultVariable"),
  ];
}

function ofTimer(model, element, timer) {
  return TIMES.map((key) => ({
    key, kind: "line", isCode: true,
    read: () => timer[key]?.body || "",
    write: (value) => model.setInside(element, timer, { [key]: model.expression(value) }),
  }));
}

function ofLoop(model, element, loop) {
  return ["collection", "elementVariable", "collect"].map((key) =>
    inside(model, element, loop, key));
}
