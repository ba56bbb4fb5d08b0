// An agent's answer to what a family asks for a field: yes, or no with a reason that the family reads.

import { h } from '../../lib/dom.js';

export function decision(waiting, decide) {
  const id = `reason-${waiting.place}`;
  const reason = h('input', { id, maxlength: 300, autocomplete: 'off' });
  const refuse = () => {
    const text = reason.value.trim();
    if (!text) return reason.focus();
    decide({ place: waiting.place, value: waiting.now, reason: text });
  };
  return h('div', { class: 'decision', 'data-decision': waiting.place },
    h('button', { type: 'button', class: 'button', 'data-accept': true, onclick: () => decide({ place: waiting.place, value: waiting.now }) }, 'Accepter'),
    h('label', { for: id }, 'Sinon, pourquoi'), reason,
    h('button', { type: 'button', class: 'button', 'data-refuse': true, onclick: refuse }, 'Refuser'));
}
