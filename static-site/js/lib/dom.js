// Builds elements from plain values, never from markup, so that no text can become code.

const SVG = 'http://www.w3.org/2000/svg';

/** h('p', { class: 'hint', onclick: f }, 'text', child): false and null are left out, true is an empty attribute. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Writes only when the text changes: a reader's place and a live region stay undisturbed. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
