// Invitations whose link still works: each is sent once more, or withdrawn.

import { longDate } from '../../lib/dates.js';
import { h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { askedTwice } from '../confirm/confirm.js';

/** The day of an instant, on the clock of Paris. */
const dayOf = (instant) => new Date(instant).toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' });

/**
 * One row. `resend(request)` and `withdraw()` do it and say so; the same request is sent again after a lost reply.
 * `invitation`: `{ id, mel, by, until }`; `as`: the word for what it leads to, none for a family.
 */
export function openInvitation(invitation, { as = '', resend, withdraw }) {
  const request = crypto.randomUUID();
  const sender = invitation.by ? `, par ${invitation.by}` : '';
  const until = invitation.until ? `Valable jusqu’au ${longDate(dayOf(invitation.until))}${sender}.` : '';
  return h('li', { 'data-invitation': invitation.id },
    h('div', {}, h('p', { class: 'name' }, as ? `${invitation.mel} (${as.toLowerCase()})` : invitation.mel), h('p', { class: 'second' }, french(until))),
    h('div', { class: 'does' },
      h('button', { type: 'button', class: 'button', onclick: () => resend(request) }, 'Renvoyer', h('span', { class: 'only-heard' }, ` l’invitation à ${invitation.mel}`)),
      askedTwice('Retirer', ` l’invitation de ${invitation.mel}`, `Oui, retirer l’invitation de ${invitation.mel}`, withdraw)));
}
