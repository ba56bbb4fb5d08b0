// How many there are, and how many are left, in words.

import { h } from '../../lib/dom.js';
import { counted } from '../../lib/text.js';
import { countsOf } from './groups.js';

/** "6 restent sur 13", "finie"; on a day to come only who is expected. */
export function restWords(lines, frozen) {
  const { expected, left } = countsOf(lines);
  if (frozen) return counted(expected, 'attendu', 'attendus');
  return left > 0 ? `${counted(left, 'reste', 'restent')} sur ${expected}` : 'Personne ne reste à pointer';
}

/** The foot: attendus = présents + absents + restent. */
export function countWords(place, lines, frozen) {
  const { expected, present, absent, left, unexpected } = countsOf(lines);
  const figures = [[expected, 'attendu', 'attendus'], [present, 'présent', 'présents'], [absent, 'absent', 'absents'], [left, 'reste', 'restent']];
  const parts = frozen ? figures.slice(0, 1) : figures;
  const sort = ([number, one, many]) => h('span', { class: 'figure' }, h('b', {}, String(number)), ` ${number > 1 ? many : one}`);
  const fresh = parts.map(sort);
  if (unexpected > 0) fresh[1].append(h('span', { class: 'unexpected' }, ` dont ${unexpected} sans inscription`));
  const text = fresh.map((one) => one.textContent).join(' · ');
  if (place.dataset.drawn === text) return;
  place.dataset.drawn = text;
  place.replaceChildren(...fresh.flatMap((one, at) => (at ? [h('span', { class: 'between', 'aria-hidden': true }, ' · '), one] : [one])));
}
