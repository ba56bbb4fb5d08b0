// The title of a week: what is said twice is seen once.

import { longDate } from '../../lib/dates.js';
import { h } from '../../lib/dom.js';

/** "Semaine du 25 mai 2015 au 31 mai 2015": "Semaine du 25 au 31 mai 2015" is seen, on a phone "25 au 31 mai 2015"; all of it is heard. */
export function titleParts({ monday, sunday }) {
  const [[from, month, year], [to, lastMonth, lastYear]] = [monday, sunday].map((day) => longDate(day).split(' '));
  const once = (text, repeated) => (repeated ? h('span', { class: 'same' }, ` ${text}`) : ` ${text}`);
  const first = [once(month, month === lastMonth && year === lastYear), once(year, year === lastYear)];
  return [h('span', { class: 'lead' }, 'Semaine du '), h('span', {}, from, ...first, ` au ${to} ${lastMonth} ${lastYear}`)];
}
