// The open sessions of an account: with what, since when, and a button that ends each.

import { h } from '../../lib/dom.js';
import { spokenInstant } from '../../lib/dates.js';

/** One row; `end` is called with the session. One's own has no button: the margin signs out. */
export function sessionRow(session, end) {
  const device = session.device ?? 'Appareil inconnu';
  const name = device.charAt(0).toUpperCase() + device.slice(1);
  return h('li', { 'data-session': session.id },
    h('div', {},
      h('h3', {}, session.current ? `${name} : cette connexion`.replace(' :', '\u00a0:') : name),
      h('p', { class: 'second' }, `Ouverte ${spokenInstant(session.since)}`, session.renewed ? `, prolongée ${spokenInstant(session.renewed)}.` : '.')),
    !session.current && h('button', { type: 'button', class: 'button', onclick: () => end(session) }, 'Déconnecter',
      h('span', { class: 'only-heard' }, ` ${device}, connexion ouverte ${spokenInstant(session.since)}`)));
}
