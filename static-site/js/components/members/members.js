// For administrators: the adults whose accounts see a family, the end of that, and who is invited.

import { endMembership, listMembers, Problem, resendToAdult, withdrawFromAdult } from '../../lib/api.js';
import { h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { askedTwice } from '../confirm/confirm.js';
import { NO_REPLY } from '../field/field.js';
import { openInvitation } from '../open-invitations/open-invitations.js';

/** Read when it is opened. */
export function members(place) {
  const content = h('div', { role: 'status' });
  const box = h('details', { 'data-members': place.family }, h('summary', {}, 'Accès des adultes'), content);
  const say = (sentence, kind) => content.replaceChildren(h('p', { class: kind }, french(sentence)));
  const failed = (error) => say(error instanceof Problem ? error.message : NO_REPLY, 'refusal');
  const read = async () => {
    const { members: adults, invitations } = await listMembers(place);
    if (!adults.length && !invitations.length) return say('Aucun adulte n’a de compte.', 'second');
    content.replaceChildren(h('ul', { class: 'listing' }, adults.map(row)), invitations.length ? invited(invitations) : '');
  };
  const again = (work) => work().then(read).catch(failed);
  const invited = (invitations) => h('div', {}, h('h3', {}, 'Invitations en attente'), h('ul', { class: 'listing' }, invitations.map((one) => openInvitation(one, {
    resend: (request) => again(() => resendToAdult(place, one.id, request)),
    withdraw: () => again(() => withdrawFromAdult(place, one.id)),
  }))));
  const row = ({ adult, name }) => h('li', {}, name,
    askedTwice('Retirer l’accès', ` de ${name}`, `Oui, retirer l’accès de ${name}`, () => endMembership(place, adult).then(read).catch(failed)));
  box.addEventListener('toggle', () => { if (box.open) read().catch(failed); });
  return box;
}
