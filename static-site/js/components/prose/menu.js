// The menus of a canteen: a list of days, each with its dishes in the order they are served.

import { shortDate } from '../../lib/dates.js';
import { h } from '../../lib/dom.js';
import { capital, french } from '../../lib/text.js';

export const menuOf = ({ activity, name, days }) => h('section', { class: 'menu', 'data-menu': activity },
  h('h2', {}, french(name)),
  days.length === 0 ? h('p', { class: 'second' }, 'Aucun menu cette semaine.') : h('ul', { class: 'menu-days' }, days.map(dayOf)));

const dayOf = ({ day, dishes, labels, allergens }) => h('li', { 'data-day': day },
  h('h3', {}, capital(shortDate(day))),
  h('ul', {}, dishes.map((dish) => h('li', {}, french(dish)))),
  labels && h('p', {}, french(labels)),
  allergens && h('p', {}, french(`Allergènes : ${allergens}`)));
