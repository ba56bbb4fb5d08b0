// The row under an activity that says, across the days, why a click was refused or is not answered yet.
// Accessibility: it is plain text in the table's order; the status region says the same sentence when it arrives.

import { h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';

/** notes: [{ kind: 'refused' | 'waiting' | 'said', key?, lead?, text, day, action?: { label, run } }] */
export function paintNotes(tr, notes, shownDay) {
  const next = tr.nextElementSibling?.classList.contains('margin-note') ? tr.nextElementSibling : null;
  if (notes.length === 0) return next?.remove();
  const key = JSON.stringify(notes);
  if (next?.dataset.key === key) return;
  const row = h('tr', { class: 'margin-note', role: 'row', 'data-key': key },
    h('td', { role: 'cell' }),
    h('td', { role: 'cell', colspan: 7 }, notes.map((note) => paragraph(note, shownDay))));
  // Whoever pressed the note's button stands on the next one.
  const pressed = next?.contains(document.activeElement);
  if (next) next.replaceWith(row);
  else tr.after(row);
  if (pressed) (row.querySelector('button') ?? focusable(row)).focus();
}

function focusable(row) {
  row.tabIndex = -1;
  return row;
}

function paragraph({ kind, lead, text, day, action }, shownDay) {
  return h('p', { class: `${kind}${day === shownDay ? ' shown' : ''}`, 'data-day': day },
    h('span', {}, lead && h('b', {}, french(`${lead} : `)), french(text)),
    action && h('button', { type: 'button', class: 'button', onclick: action.run }, action.label));
}
