/* Makes elements of the page: properties, `data` and `aria` attributes, then what is inside. */
export function make(tag, { data = {}, aria = {}, ...facts } = {}, ...inside) {
  const made = Object.assign(document.createElement(tag), facts);
  Object.assign(made.dataset, data);
  for (const [key, value] of Object.entries(aria)) made.setAttribute(`aria-${key}`, value);
  made.append(...inside);
  return made;
}
