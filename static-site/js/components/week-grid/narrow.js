// On a phone: the children as plates and the week as a strip of seven days, which choose what the table shows.

import { h, setText } from '../../lib/dom.js';
import { dayNumber, shortDate, weekday } from '../../lib/dates.js';
import { counted } from '../../lib/text.js';

/** choose({ child }) or choose({ day }) is called by a press. */
export function buildNarrow(week, days, choose) {
  const children = h('div', { class: 'children narrow-only', role: 'group', 'aria-label': 'Enfant' },
    week.children.map((child) => h('button', { type: 'button', value: child.id, onclick: () => choose({ child: child.id }) }, child.first_name)));
  const strip = h('div', { class: 'days narrow-only', role: 'group', 'aria-label': 'Jour' },
    days.map((day) => h('button', { type: 'button', value: day, class: day === week.today ? 'today' : null, 'data-short': `${weekday(day).slice(0, 3)}.`, onclick: () => choose({ day }) },
      h('span', { class: 'only-heard' }),
      // The short name is drawn by the sheet of style: it is seen, and the full one is heard.
      h('span', { class: 'number', 'aria-hidden': 'true' }, dayNumber(day)))));
  if (week.children.length < 2) children.hidden = true;
  return { children, strip };
}

/** bookings(day) and anyOpen(day) are of the shown child. */
export function paintNarrow({ children, strip }, shown, bookings, anyOpen) {
  for (const button of children.children) button.setAttribute('aria-pressed', String(button.value === shown.child));
  for (const button of strip.children) {
    const count = bookings(button.value);
    button.setAttribute('aria-pressed', String(button.value === shown.day));
    setText(button.firstElementChild, `${shortDate(button.value)}, ${count ? counted(count, 'inscription', 'inscriptions') : 'aucune inscription'}`);
    button.classList.toggle('rest', !anyOpen(button.value));
    button.querySelector('.ticks')?.remove();
    if (count) button.append(h('span', { class: `ticks ticks-${Math.min(count, 3)}` }));
  }
}
