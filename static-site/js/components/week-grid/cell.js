// Paints one cell: a native checkbox in a label where a click is possible, a button that says why where it no longer is, plain
// text elsewhere.

import { h, setText } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { heard, isBooked, isClickable, isPassed, noteOf, pieceOf, place, saysWhy, second, seen } from './words.js';

/**
 * Paints the cell into its td. `mayOverride`: an agent may change what is locked. `drawn`: the yes just came.
 * `address(piece)`: where a document that is missing is sent.
 */
export function paintCell(cell, { mayOverride = false, drawn = false, address } = {}) {
  const { td } = cell;
  const piece = pieceOf(cell);
  td.dataset.state = cell.state;
  td.toggleAttribute('data-pending', Boolean(cell.pending));
  td.toggleAttribute('data-refused', Boolean(cell.refused) && !cell.pending);
  td.toggleAttribute('data-piece', Boolean(piece));
  td.toggleAttribute('data-drawn', drawn && (cell.state === 'open_booked' || isPassed(cell)));
  td.toggleAttribute('data-passing', isPassed(cell) && !cell.pending && !cell.refused);
  const box = skeleton(cell, mayOverride ? 'span' : piece ? 'a' : saysWhy(cell) ? 'button' : 'span');
  const word = box.querySelector('.word');
  setText(word, seen(cell));
  word.dataset.second = second(cell);
  box.dataset.rank = cell.rank ?? '';
  paintNote(box, noteOf(cell), Boolean(cell.kind));
  paintDots(box, cell);
  if (isClickable(cell)) paintCheckbox(box.firstElementChild, cell);
  else setText(box.firstElementChild, heard(cell));
  if (box.localName === 'a') box.href = address(piece);
  paintOverride(box, cell, mayOverride && (cell.state.startsWith('locked') || cell.state === 'full' || cell.state === 'waiting') && !cell.pending);
}

/** Keeps the elements when the kind of cell stays, so that focus stays; else builds them and keeps focus on the td. `still`: the tag of one that takes no click. */
function skeleton(cell, still) {
  const { td } = cell;
  const tag = isClickable(cell) ? 'label' : still;
  if (td.firstElementChild?.localName === tag) return td.firstElementChild;
  const focused = td.contains(document.activeElement);
  const heardPart = isClickable(cell) ? h('input', { type: 'checkbox' }) : h('span', { class: 'only-heard' });
  td.replaceChildren(h(tag, { class: 'cell', type: tag === 'button' && tag }, heardPart, h('span', { class: 'word', 'aria-hidden': 'true' })));
  if (focused) keepFocus(td);
  return td.firstElementChild;
}

/** What had the focus goes away: the focus stays on the cell, which says its state. */
function keepFocus(td) {
  td.tabIndex = -1;
  (td.querySelector('input, button.cell') ?? td).focus({ preventScroll: true });
}

function paintCheckbox(input, cell) {
  const name = heard(cell);
  if (input.getAttribute('aria-label') !== name) input.setAttribute('aria-label', name);
  const note = noteOf(cell);
  if (note) input.setAttribute('aria-description', french(note));
  else input.removeAttribute('aria-description');
  input.checked = isBooked(cell) && !cell.pending;
  input.indeterminate = Boolean(cell.pending);
}

/** `told`: what is heard of the cell says it already. */
function paintNote(box, text, told) {
  const note = box.querySelector('.note');
  if (!text) { note?.remove(); box.removeAttribute('title'); return; }
  box.title = french(text);
  if (note) setText(note, french(text));
  else box.append(h('span', { class: 'note' }, french(text)));
  box.querySelector('.note').setAttribute('aria-hidden', String(told));
}

function paintDots(box, cell) {
  const dots = box.querySelector('.dots');
  if (!cell.pending) dots?.remove();
  else if (!dots) box.append(h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')));
}

function paintOverride(box, cell, wanted) {
  const button = box.querySelector('.override');
  if (!wanted) {
    if (button && button === document.activeElement) keepFocus(cell.td);
    return button?.remove();
  }
  if (!button) {
    box.append(h('button', { type: 'button', class: 'override link', 'aria-label': `Modifier (agent) : ${place(cell)}` }, 'Modifier'));
  }
}
