// The bar above the week: its title, previous and next, back to today, a date typed the French way.
// Accessibility: the form opens from a button with aria-expanded, Escape closes it, the error is told in words.

import { byId, h } from '../../lib/dom.js';
import { addDays, longDate, readDate } from '../../lib/dates.js';
import { clearErrors, mark } from '../field/field.js';

/** go(day): the person asks for the week of that day; null means today. */
export class WeekBar {
  constructor(go) {
    Object.assign(this, { go, form: byId('date-form'), opener: byId('choose-date') });
    byId('previous-week').addEventListener('click', () => this.day && go(addDays(this.day, -7)));
    byId('next-week').addEventListener('click', () => this.day && go(addDays(this.day, 7)));
    byId('today').addEventListener('click', (event) => { event.preventDefault(); go(null); });
    this.opener.addEventListener('click', () => this.open(this.form.hidden));
    this.form.addEventListener('keydown', (event) => { if (event.key === 'Escape') { this.open(false); this.opener.focus(); } });
    this.form.addEventListener('submit', (event) => { event.preventDefault(); this.read(); });
  }

  show(week, day) {
    this.day = day;
    byId('week-title').replaceChildren(...titleParts(week));
    byId('today').hidden = week.today >= week.monday && week.today <= week.sunday;
  }

  open(wanted) {
    this.form.hidden = !wanted;
    this.opener.setAttribute('aria-expanded', String(wanted));
    if (!wanted) return;
    clearErrors(this.form);
    this.form.elements.date.focus();
  }

  read() {
    const input = this.form.elements.date;
    const day = readDate(input.value, this.day ?? '2000');
    clearErrors(this.form);
    if (!day) {
      mark(input, 'Cette date n’existe pas ou n’est pas lisible. Écrivez-la comme 28/05/2015 ou 28 mai 2015.');
      return input.focus();
    }
    this.open(false);
    input.value = '';
    this.opener.focus();
    this.go(day);
  }
}

/** "Semaine du 25 mai 2015 au 31 mai 2015": a phone shows "25 au 31 mai 2015", and all of it is heard. */
function titleParts({ monday, sunday }) {
  const [[from, month, year], [to, lastMonth, lastYear]] = [monday, sunday].map((day) => longDate(day).split(' '));
  const once = (text, repeated) => (repeated ? h('span', { class: 'same' }, ` ${text}`) : ` ${text}`);
  const first = [once(month, month === lastMonth && year === lastYear), once(year, year === lastYear)];
  return [h('span', {}, 'Semaine du '), h('span', {}, from, ...first, ` au ${to} ${lastMonth} ${lastYear}`)];
}
