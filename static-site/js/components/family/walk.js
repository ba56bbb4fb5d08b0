// The list of families one came from: its words, and the way to the families before and after this one, on the same tab.
// Accessibility: the two links say whom they lead to; their keys are `[` and `]`.

import { h, svg } from '../../lib/dom.js';
import { keptList } from '../../lib/memory.js';
import { french } from '../../lib/text.js';

const ARROWS = { prev: 'M12 5l-5 5 5 5', next: 'M8 5l5 5-5 5' };

/** `address(family)`: the page of another family. Nothing where this one is in no list. */
export function paintWalk(box, { organisation, family }, address) {
  const list = keptList();
  const at = list?.organisation === organisation ? list.families.findIndex(([id]) => id === family) : -1;
  box.hidden = at < 0;
  if (at < 0) return box.replaceChildren();
  const of = `${list.total}${list.more ? ' ou plus' : ''}`;
  box.replaceChildren(
    step('prev', '[', 'Famille précédente', list.families[at - 1], address),
    h('span', { class: 'second' }, String(at + 1), h('sup', {}, at === 0 ? 're' : 'e'), french(` sur ${of}, `), h('a', { href: list.address }, french(list.words))),
    step('next', ']', 'Famille suivante', list.families[at + 1], address));
}

function step(rel, key, words, to, address) {
  const sign = svg('svg', { viewBox: '0 0 20 20', 'aria-hidden': 'true' }, svg('path', { d: ARROWS[rel] }));
  const name = h('kbd', { 'aria-hidden': 'true', 'data-single-key': true }, key);
  const inside = rel === 'prev' ? [sign, name] : [name, sign];
  // At an end of the list nothing moves: the other one stays where it is.
  if (!to) return h('span', { class: 'walk-step', 'aria-hidden': 'true' }, inside);
  return h('a', { class: 'walk-step', rel, href: address(to[0]), title: `Famille ${to[1]}`, 'aria-label': `${words} : ${to[1]}`, 'aria-keyshortcuts': key }, inside);
}
