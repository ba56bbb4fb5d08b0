// Until when an accepted document counts: a day that is typed, or nothing.

import { readDate } from '../../lib/dates.js';
import { h } from '../../lib/dom.js';
import { mark } from '../field/field.js';

export class Until {
  constructor(today, id = 'until') {
    this.today = today;
    this.input = h('input', { id, name: 'until', autocomplete: 'off', maxlength: 30, 'aria-describedby': `${id}-hint` });
    this.element = h('div', { class: 'field' }, h('label', { for: id }, 'Valable jusqu’au'), this.input, h('p', { class: 'hint', id: `${id}-hint` }, 'Par exemple 31/08/2027. Vide\u00a0: sans date de fin.'));
  }

  /** The day, null where nothing is typed; undefined after saying that it cannot be read. */
  day() {
    this.element.querySelector('.refusal')?.remove();
    this.input.removeAttribute('aria-invalid');
    const typed = this.input.value.trim();
    const day = typed ? readDate(typed, this.today) : null;
    if (!typed || day) return day;
    mark(this.input, 'Écrivez une date, comme 31/08/2027.');
    this.input.focus();
    return undefined;
  }
}
