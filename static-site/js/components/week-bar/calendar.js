// A month of days from which one is chosen: today underlined, hatched where nothing is open, a tick where somebody is booked.
// Accessibility: one button a day with its whole date; arrows move by day and week, Home and End to the week's ends,
// Page Up and Page Down by month; one of them is reached by Tab.

import { addDays, dayNumber, fullDate, monthName, weekday } from '../../lib/dates.js';
import { h, setText } from '../../lib/dom.js';

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const place = (day) => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7; // Monday is 0

export class Calendar {
  /** on: { choose(day), read(day): Promise<week> } */
  constructor(container, on) {
    Object.assign(this, { container, on, known: new Map() });
    container.addEventListener('click', (event) => { const day = event.target.closest('button')?.value; if (day) on.choose(day); });
    container.addEventListener('keydown', (event) => this.key(event));
  }

  /** What a week that was read tells of its days. */
  learn({ monday, children }) {
    for (let at = 0; at < 7; at += 1) {
      const cells = children.flatMap((child) => (child.activities ?? []).map((activity) => activity.cells[at]));
      this.known.set(addDays(monday, at), { open: cells.some(({ state }) => state !== 'closed'), booked: cells.some(({ state }) => state.endsWith('booked')) });
    }
  }

  show(day, today) {
    Object.assign(this, { day, today });
    this.at = day;
    this.paint();
    this.readAll();
  }

  /** Another month: -1 or 1. The day stays where it can. */
  move(count) {
    const [year, month] = this.at.split('-').map(Number);
    const first = new Date(Date.UTC(year, month - 1 + count, 1)).toISOString().slice(0, 10);
    const last = addDays(new Date(Date.UTC(year, month + count, 1)).toISOString().slice(0, 10), -1);
    const same = `${first.slice(0, 8)}${this.at.slice(8)}`;
    this.at = same > last ? last : same;
    this.paint();
    this.readAll();
  }

  days() {
    const first = `${this.at.slice(0, 8)}01`;
    const days = [];
    for (let day = first; day.slice(0, 7) === first.slice(0, 7); day = addDays(day, 1)) days.push(day);
    return days;
  }

  paint() {
    const days = this.days();
    const names = Array.from({ length: 7 }, (_, at) => h('span', { class: 'name', 'aria-hidden': 'true' }, `${weekday(addDays('2015-05-25', at)).slice(0, 3)}.`));
    const blank = Array.from({ length: place(days[0]) }, () => h('span', {}));
    this.container.setAttribute('role', 'group');
    this.container.setAttribute('aria-label', monthName(this.at));
    this.container.replaceChildren(this.title(), ...names, ...blank, ...days.map((day) => this.button(day)));
  }

  /** One element for as long as the page is: a reader is told that its text changes. */
  title() {
    this.heading ??= h('p', { class: 'month', 'aria-live': 'polite' });
    setText(this.heading, monthName(this.at));
    return this.heading;
  }

  button(day) {
    const known = this.known.get(day);
    const words = [fullDate(day), known && !known.open && 'rien d’ouvert', known?.booked && 'inscrit'].filter(Boolean).join(', ');
    return h('button', {
      type: 'button', value: day, tabindex: day === this.at ? 0 : -1, 'aria-current': day === this.today && 'date', 'aria-pressed': String(day === this.day),
      class: known && !known.open ? 'shut' : null,
    }, h('span', { class: 'only-heard' }, words), h('span', { 'aria-hidden': 'true' }, dayNumber(day)), known?.booked && h('i', { class: 'ticks ticks-1' }));
  }

  /** The weeks of the month that nothing is known of, one after the other. */
  async readAll() {
    const shown = this.at.slice(0, 7);
    for (const day of this.days()) {
      if (this.known.has(day)) continue;
      try {
        this.learn(await this.on.read(day));
      } catch {
        return; // without them every day can be chosen all the same
      }
      if (this.at.slice(0, 7) !== shown) return;
      this.repaint();
    }
  }

  /** What has been learned since, without moving the focus. */
  repaint() {
    const focused = this.container.contains(document.activeElement);
    this.paint();
    if (focused) this.focus();
  }

  focus() { this.container.querySelector('[tabindex="0"]')?.focus(); }

  key(event) {
    const { key } = event;
    const from = event.target.closest('button')?.value;
    if (!from || event.ctrlKey || event.altKey || event.metaKey) return;
    if (key === 'PageUp' || key === 'PageDown') { this.at = from; this.move(key === 'PageUp' ? -1 : 1); }
    else {
      const steps = key === 'Home' ? -place(from) : key === 'End' ? 6 - place(from) : STEPS[key];
      if (steps === undefined) return;
      this.at = addDays(from, steps);
      this.paint();
      this.readAll();
    }
    event.preventDefault();
    this.focus();
  }
}
