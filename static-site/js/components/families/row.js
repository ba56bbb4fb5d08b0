// A row of the table of families: its name opens it, an empty cell stays empty, what is unknown is a word.

import { h } from '../../lib/dom.js';
import { counted, french } from '../../lib/text.js';

/** How far a family is with the portal. */
export const PORTAL = { nobody: 'Jamais invitée', invited: 'Invitée', member: 'Connectée' };

/** "Yanis CE2 A, Lina CP" */
export const childrenOf = (family) => family.children.map(({ first_name: name, class: level }) => [name, level].filter(Boolean).join(' ')).join(', ');

export function row(family, organisation) {
  const children = childrenOf(family);
  const unknown = (word) => h('span', { class: 'unknown' }, word);
  return h('tr', { 'data-family': family.id },
    h('td', { class: 'tick slate' }, h('input', { type: 'checkbox', 'aria-label': `Cocher la famille ${family.name}` })),
    h('th', { scope: 'row' },
      h('a', { href: `/famille.html?${new URLSearchParams({ organisation, famille: family.id })}` }, family.name),
      h('span', { class: 'second-line' }, children)),
    h('td', { class: 'of-children', title: children }, children),
    h('td', { class: 'phone' }, french(family.phone)),
    h('td', { class: 'of-mel', title: family.mel || null }, family.mel || unknown('sans mél')),
    h('td', { class: 'number of-quotient' }, family.quotient ?? unknown('inconnu')),
    h('td', { class: 'number owed' }, family.owed ?? ''),
    h('td', { class: 'of-pieces' }, family.missing ? counted(family.missing, 'manque', 'manquent') : ''),
    h('td', { class: 'of-portal' }, PORTAL[family.portal]));
}
