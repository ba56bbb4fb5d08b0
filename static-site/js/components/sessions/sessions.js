// The open sessions of an account: with what, since when, and a button that ends each.

import { h } from '../../lib/dom.js';
import { spokenInstant } from '../../lib/dates.js';
import { capital, french } from '../../lib/text.js';

/** One row; `end` is called with the session. One's own has no button: the margin signs out. */
export function sessionRow(session, end) {
  const device = session.device ?? 'Appareil inconnu';
  const name = capital(device);
  return h('li', { 'data-session': session.id },
    h('div', {},
      h('h3', {}, session.current ? french(`${name} : cette connexion`) : name),
      h('p', { class: 'second' }, `Ouverte ${spokenInstant(session.since)}`, session.renewed ? `, prolongée ${spokenInstant(session.renewed)}.` : '.')),
    !session.current && h('button', { type: 'button', class: 'button', onclick: () => end(session) }, 'Déconnecter',
      h('span', { class: 'only-heard' }, ` ${device}, connexion ouverte ${spokenInstant(session.since)}`)));
}
