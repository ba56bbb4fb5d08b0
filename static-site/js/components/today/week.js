// The week as a marelle: seven squares, each a link to its day. Past days have no box, the day shown is a plate, a day of
// meals and of leisure is a double, a closed one is hatched, the last one is round.

import { dayNumber, shortDate, weekday } from '../../lib/dates.js';
import { h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';

const UNITS = { meals: ['repas', 'repas'], leisure: ['loisirs', 'loisirs'], children: ['inscrit', 'inscrits'] };

/** The squares of an answer; `address(day)` is where a day is shown. */
export const squares = ({ day, today, week }, address) => week.map((one) => square(one, { shown: one.day === day, today, address }));

function square({ day, closed, reason, counts }, { shown, today, address }) {
  const kinds = [shown && 'shown', closed && 'shut', day < today && 'past', day === today && 'of-today', counts.length > 1 && 'double'].filter(Boolean);
  return h('li', { class: kinds.join(' '), 'data-key': day },
    h('a', { href: address(day), 'data-day': day, 'aria-current': shown && 'date' },
      h('span', { class: 'square-day' }, named(day), h('span', { class: 'only-heard' }, day === today && ', aujourd’hui', ' ')),
      closed && h('span', { class: 'square-closed' }, french(reason ?? 'Fermé')),
      !closed && counts.length === 0 && h('span', { class: 'square-closed' }, 'Ouvert'),
      !closed && counts.map((one) => h('span', { class: 'square-count' }, h('b', {}, String(one.count)), ` ${UNITS[one.service][one.count > 1 ? 1 : 0]} `))));
}

/** "lundi 25", "mardi 1er"; where there is less room "lun. 25". */
function named(day) {
  const number = dayNumber(day) === '1' ? ['1', h('sup', {}, 'er')] : [dayNumber(day)];
  const name = weekday(day);
  return [h('span', { title: shortDate(day) }, name.slice(0, 3), h('span', { class: 'long' }, name.slice(3)), h('span', { class: 'short', 'aria-hidden': 'true' }, '.')), ' ', ...number];
}
