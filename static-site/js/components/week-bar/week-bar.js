// The bar above the week: previous and next, back to today, and its title, which opens a calendar and a field for a date
// typed the French way. While the calendar is open, the arrows go from month to month.
// Accessibility: a button with aria-expanded, Escape closes, the error is told in words.

import { byId } from '../../lib/dom.js';
import { addDays, readDate } from '../../lib/dates.js';
import { clearErrors, mark } from '../field/field.js';
import { Calendar } from './calendar.js';
import { titleParts } from './title.js';

const ARROWS = { week: ['Semaine précédente', 'Semaine suivante'], month: ['Mois précédent', 'Mois suivant'] };

export class WeekBar {
  /** go(day): the person asks for the week of that day; null means today. read(day): what a week holds. */
  constructor(go, read) {
    Object.assign(this, { go, form: byId('date-form'), opener: byId('choose-date'), arrows: [byId('previous-week'), byId('next-week')] });
    this.calendar = new Calendar(byId('calendar'), { read, choose: (day) => this.leave(day) });
    this.arrows.forEach((arrow, at) => arrow.addEventListener('click', () => this.step(at === 0 ? -1 : 1)));
    for (const today of [byId('today'), byId('calendar-today')]) today.addEventListener('click', (event) => { event.preventDefault(); this.leave(null); });
    this.opener.addEventListener('click', () => this.open(this.form.hidden));
    this.form.addEventListener('keydown', (event) => { if (event.key === 'Escape') { this.open(false); this.opener.focus(); } });
    this.form.addEventListener('submit', (event) => { event.preventDefault(); this.read(); });
  }

  show(week, day) {
    this.day = day;
    this.today = week.today;
    this.calendar.learn(week);
    byId('week-title').replaceChildren(...titleParts(week));
    byId('today').hidden = week.today >= week.monday && week.today <= week.sunday;
    if (!this.form.hidden) this.calendar.show(day, week.today);
  }

  step(count) {
    if (!this.day) return undefined;
    if (!this.form.hidden) return this.calendar.move(count);
    // Two presses are two weeks, also before the first one was read.
    this.day = addDays(this.day, 7 * count);
    this.go(this.day);
  }

  open(wanted) {
    this.form.hidden = !wanted;
    this.opener.setAttribute('aria-expanded', String(wanted));
    this.arrows.forEach((arrow, at) => arrow.setAttribute('aria-label', ARROWS[wanted ? 'month' : 'week'][at]));
    if (!wanted) return;
    clearErrors(this.form);
    if (this.day) { this.calendar.show(this.day, this.today); this.calendar.focus(); }
    else this.form.elements.date.focus();
  }

  leave(day) {
    if (!this.form.hidden) { this.open(false); this.opener.focus(); }
    this.go(day);
  }

  read() {
    const input = this.form.elements.date;
    const day = readDate(input.value, this.day ?? '2000');
    clearErrors(this.form);
    if (!day) {
      mark(input, 'Cette date n’existe pas ou n’est pas lisible. Écrivez-la comme 28/05/2015 ou 28 mai 2015.');
      return input.focus();
    }
    input.value = '';
    this.leave(day);
  }
}
