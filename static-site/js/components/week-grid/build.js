// Builds the one table of a week: a head of seven days, and for each child a body of rows.

import { h } from '../../lib/dom.js';
import { dayNumber, fullDate, weekday } from '../../lib/dates.js';
import { french } from '../../lib/text.js';
import { bandBody } from './holidays.js';

/**
 * Returns { table, rows, bodies }; `register(cell)` is called for every cell with its td.
 * on: { go(day), seek(button), same(child), abonnements: address }
 */
export function buildWeek(week, days, register, on) {
  const bodies = new Map();
  const rows = [];
  const table = h('table', { class: 'week', role: 'table', 'aria-labelledby': 'week-title' },
    h('caption', { class: 'only-heard' }, week.title), head(week, days));
  if (week.band) table.append(bandBody(week, on));
  for (const child of week.children) {
    const body = h('tbody', { role: 'rowgroup', 'data-child': child.id }, childRow(child, on));
    if (child.activities?.length) body.append(offersRow(child, days));
    child.activities?.forEach((activity, at) => {
      const tr = activityRow(child, activity, days, register);
      if (at === child.activities.length - 1) tr.classList.add('last');
      rows.push({ child, activity, tr });
      body.append(tr);
    });
    if (child.activities?.length && child !== week.children[0]) body.append(sameRow(child, on));
    bodies.set(child.id, body);
    table.append(body);
  }
  return { table, rows, bodies };
}

function head(week, days) {
  return h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' },
    h('th', { role: 'columnheader', scope: 'col' }, h('span', { class: 'only-heard' }, 'Activité')),
    days.map((day) => h('th', { role: 'columnheader', scope: 'col' }, weekday(day),
      h('span', { class: 'number' }, dayNumber(day), day === week.today && h('b', {}, 'aujourd’hui'))))));
}

function childRow(child, on) {
  const empty = !child.activities?.length;
  return h('tr', { class: `child${empty ? ' alone' : ''}`, role: 'row' },
    h('th', { role: 'rowheader', scope: 'rowgroup', colspan: 8 }, h('div', { class: 'child-line' },
      h('h3', {}, h('span', { class: 'plate' }, child.first_name), h('span', { class: 'narrow-only', 'data-narrow-title': true })),
      empty
        ? h('span', { class: 'empty' }, french(child.empty ?? 'Aucune activité cette semaine.'))
        : [h('span', { class: 'count' }), h('span', { class: 'day-count narrow-only' }), h('a', { class: 'manage wide-only', href: on.abonnements }, h('span', { class: 'own-word' }, 'Je gère mes abonnements'), h('span', { class: 'agents-word' }, 'Ses abonnements'))])));
}

/** Where a child's open days can be made like a sibling's. */
function sameRow(child, on) {
  return h('tr', { class: 'same', role: 'row', hidden: true }, h('th', { role: 'rowheader', scope: 'row' }, h('span', { class: 'only-heard' }, `Comme un autre enfant, ${child.first_name}`)),
    h('td', { role: 'cell', colspan: 7 }, h('button', { type: 'button', class: 'link', onclick: () => on.same(child.id) })));
}

function offersRow(child, days) {
  return h('tr', { class: 'offers', role: 'row' },
    h('th', { role: 'rowheader', scope: 'row' }, 'toutes les activités'),
    days.map((day) => h('td', { role: 'cell', 'data-offers-day': day })));
}

function activityRow(child, activity, days, register) {
  return h('tr', { class: 'activity', role: 'row' },
    h('th', { role: 'rowheader', scope: 'row', title: activity.rule ? french(activity.rule) : null }, activity.name),
    activity.cells.map((cell, at) => {
      const td = h('td', { role: 'cell', 'data-child': child.id, 'data-activity': activity.id, 'data-day': days[at] });
      register({ ...cell, child, activity, day: days[at], td });
      return td;
    }));
}

const VERBS = { book: 'Tout inscrire', cancel: 'Tout annuler' };

/** The verb of "toutes les activités" for one child and day, or nothing. */
export function paintOffer(td, child, day, offer, pending) {
  const button = td.firstElementChild;
  if (!VERBS[offer]) {
    if (button?.contains(document.activeElement)) { td.tabIndex = -1; td.focus({ preventScroll: true }); }
    return button?.remove();
  }
  const shown = button ?? td.appendChild(h('button', { type: 'button', class: 'offer link', 'data-child': child.id, 'data-day': day }));
  shown.dataset.offer = offer;
  shown.toggleAttribute('data-pending', pending);
  shown.textContent = VERBS[offer];
  shown.setAttribute('aria-label', `${VERBS[offer]}, ${child.first_name}, ${fullDate(day)}`);
}
