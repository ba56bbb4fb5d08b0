// The menus of a canteen: a list of days, each with its dishes in the order they are served, and who of the family eats.

import { addDays, shortDate } from '../../lib/dates.js';
import { h } from '../../lib/dom.js';
import { capital, french } from '../../lib/text.js';

/** `eats(activity, day)`: the children of the family with the state of their cell, none where nobody asks. */
export const menuOf = ({ activity, name, days }, { monday, today, eats = () => [], planning } = {}) => h('section', { class: 'menu', 'data-menu': activity },
  h('h2', {}, french(name)),
  days.length === 0 ? h('p', { class: 'second' }, 'Aucun menu cette semaine.') : h('ul', { class: 'menu-days' }, daysOf(days, monday).map((day) => dayOf(day, { today, eaters: eats(activity, day.day), planning }))));

/** From Monday to Friday every day has its place, also the one on which nothing is cooked. */
function daysOf(days, monday) {
  if (!monday) return days;
  const workdays = Array.from({ length: 5 }, (_, at) => addDays(monday, at));
  const all = new Map(workdays.map((day) => [day, { day, dishes: [] }]));
  for (const one of days) all.set(one.day, one);
  return [...all.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

function dayOf({ day, dishes, labels, allergens }, { today, eaters, planning }) {
  const title = h('h3', {}, capital(shortDate(day)), day === today && [' ', h('b', { class: 'today' }, 'aujourd’hui')]);
  if (dishes.length === 0) return h('li', { class: 'no-menu', 'data-day': day }, title, h('p', {}, 'pas de menu'));
  return h('li', { 'data-day': day }, title,
    h('ul', {}, dishes.map((dish) => h('li', {}, french(dish)))),
    labels && h('p', {}, french(labels)),
    allergens && h('p', {}, french(`Allergènes : ${allergens}`)),
    eaters.length > 0 && h('ul', { class: 'eaters' }, eaters.map((one) => h('li', {}, eater(one, day, { today, planning })))));
}

/** "Chloé mange"; where it is still open, the way to the planning. */
function eater({ first_name: name, state }, day, { today, planning }) {
  if (state.endsWith('booked')) return h('b', { class: 'eats' }, `${name} ${today && day < today ? 'a mangé' : 'mange'}`);
  if (state === 'open_free') return h('a', { href: planning(day) }, `Inscrire ${name}`);
  return h('span', { class: 'second' }, `pas ${name}`);
}
