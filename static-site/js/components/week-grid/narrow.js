// On a phone: the children as plates and the week as a strip of seven days, which choose what the table shows.

import { h, setText } from '../../lib/dom.js';
import { dayNumber, shortDate, weekday } from '../../lib/dates.js';
import { counted, french, listed } from '../../lib/text.js';

/** Instead of a child: all of them. */
export const FAMILY = '';

/** choose({ child }) or choose({ day }) is called by a press. */
export function buildNarrow(week, days, choose) {
  const plates = [{ id: FAMILY, first_name: 'Famille' }, ...week.children];
  const children = h('div', { class: 'children narrow-only', role: 'group', 'aria-label': 'Enfant' },
    plates.map((child) => h('button', { type: 'button', value: child.id, onclick: () => choose({ child: child.id }) }, child.first_name)));
  const strip = h('div', { class: 'days narrow-only', role: 'group', 'aria-label': 'Jour' },
    days.map((day) => h('button', { type: 'button', value: day, class: day === week.today ? 'today' : null, 'data-short': `${weekday(day).slice(0, 3)}.`, onclick: () => choose({ day }) },
      h('span', { class: 'only-heard' }),
      // The short name is drawn by the sheet of style: it is seen, and the full one is heard.
      h('span', { class: 'number', 'aria-hidden': 'true' }, dayNumber(day)))));
  if (week.children.length < 2) children.hidden = true;
  const title = h('h3', {});
  const menu = h('p', { class: 'day-menu' });
  const ofDay = h('div', { class: 'of-day narrow-only', hidden: true }, title, menu);
  const late = h('p', { class: 'late-ones narrow-only', hidden: true });
  return { children, strip, ofDay, title, menu, late };
}

/** bookings(day) and anyOpen(day) are of the shown child, or of all. */
export function paintNarrow({ children, strip }, shown, bookings, anyOpen) {
  for (const button of children.children) button.setAttribute('aria-pressed', String(button.value === shown.child));
  for (const button of strip.children) {
    const count = bookings(button.value);
    button.setAttribute('aria-pressed', String(button.value === shown.day));
    setText(button.firstElementChild, `${shortDate(button.value)}, ${count ? counted(count, 'inscription', 'inscriptions') : 'aucune inscription'}`);
    button.classList.toggle('rest', !anyOpen(button.value));
    button.querySelector('.booked')?.remove();
    if (!count) continue;
    const figure = shown.child === FAMILY;
    button.append(h('span', { class: 'booked', 'aria-hidden': 'true' }, h('i', { class: `ticks ticks-${figure ? 1 : Math.min(count, 3)}` }), figure ? String(count) : ''));
  }
}

const names = { [-1]: 'Hier', 0: 'Aujourd’hui', 1: 'Demain' };

/** The whole family of one day: its heading, what the canteen cooks, and what can no longer be booked in one sentence. */
export function paintFamily({ ofDay, title, menu, late }, { day, today, dishes, closed }) {
  const near = names[Math.round((Date.parse(day) - Date.parse(today)) / 86_400_000)];
  ofDay.hidden = false;
  const date = shortDate(day);
  setText(title, near ? `${near}, ${date}` : `${date[0].toUpperCase()}${date.slice(1)}`);
  setText(menu, dishes ? french(`À la cantine : ${dishes}.`) : '');
  late.hidden = closed.length === 0;
  setText(late, closed.length ? french(`Plus d’inscription possible ce jour-là : ${listed(closed)}.`) : '');
}
