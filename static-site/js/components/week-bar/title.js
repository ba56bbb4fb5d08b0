// The title of a week: what is said twice is seen once.

import { h } from '../../lib/dom.js';

/** "Semaine du 25 mai 2015 au 31 mai 2015": "Semaine du 25 au 31 mai 2015" is seen, on a phone "25 au 31 mai 2015"; all of it is heard. */
export function titleParts(title) {
  const parts = /^(Semaine du )(\S+)( .*?)?( \d{4})( au \S+)( .*?)( \d{4})$/.exec(title);
  if (!parts) return [title];
  const [, lead, from, month, year, to, lastMonth, lastYear] = parts;
  const repeated = (text, again) => (text === again ? h('span', { class: 'same' }, text) : text ?? '');
  return [h('span', { class: 'lead' }, lead), h('span', {}, from, year === lastYear ? repeated(month, lastMonth) : month ?? '', repeated(year, lastYear), to, lastMonth, lastYear)];
}
