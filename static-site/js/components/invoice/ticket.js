// An invoice as a ticket: its date, whether it is settled, its lines, what can be done with it.
// Accessibility: a list item with a heading; whether it is settled is a word, the tick says it again.

import { h } from '../../lib/dom.js';
import { longDate } from '../../lib/dates.js';
import { capital, french, receipt } from '../../lib/text.js';

/** "2 x [Lou] : Ticket(s) pour…" in its two columns. */
function line({ whom, what, amount }) {
  return h('li', {}, h('span', { class: 'for second' }, whom ?? ''), ' ', h('span', {}, french(what)), ' ', h('b', {}, amount));
}

const state = (one) => {
  if (one.cents < 0) return h('span', { class: 'mark-word' }, 'Avoir');
  if (one.written_off && one.owed === 0) return h('span', { class: 'mark-word' }, capital(one.written_off.said));
  if (one.owed === 0) return h('span', { class: 'settled' }, 'Réglée');
  return h('span', { class: 'mark-word' }, one.owed < one.cents ? `Reste ${one.owed_amount}` : 'À régler');
};

const settled = (by) => (by?.length ? ` Payé : ${by.map((one) => `${one.amount} (${receipt(one.receipt)})`).join(', ')}.` : '');

/** What was given up of it: the act stays visible. */
function givenUp({ said, day, amount, note }) {
  return h('p', { class: 'second', 'data-written-off': true }, french(`Facture ${said} le ${longDate(day)} : ${amount} ne sont plus dus.${note ? ` Décision : ${note}.` : ''}`));
}

/** In place of a download where the detail is past its period. */
export const erased = () => h('span', { class: 'second', 'data-erased': true }, french('Détail effacé : sa durée de conservation est passée. Le numéro, les dates et la somme restent.'));

/** `actions` are elements under the lines. */
export function ticket(one, actions = []) {
  const word = one.cents < 0 || one.corrects ? 'Avoir' : 'Facture';
  return h('li', { class: 'ticket', 'data-invoice': one.number, 'data-owed': String(one.owed ?? '') },
    h('div', { class: 'ticket-head' }, h('h2', {}, `${word} du ${longDate(one.issued)}`), one.owed === undefined ? '' : state(one), h('p', { class: 'amount' }, one.amount)),
    h('ul', { class: 'ticket-lines' }, one.lines.map(line)),
    h('p', { class: 'second' }, french(`N° ${one.number}${one.corrects ? `, sur la facture ${one.corrects}` : ''}${one.owed > 0 ? `, à payer avant le ${longDate(one.due)}` : ''}.${settled(one.settled_by)}`)),
    one.written_off ? givenUp(one.written_off) : '',
    h('p', { class: 'ticket-actions' }, actions));
}

export const download = (href, number, attributes = {}) => h('a', { class: 'button', href, ...attributes }, 'Téléchargement', h('span', { class: 'only-heard' }, ` de la pièce ${number}`), h('span', { class: 'second small', 'aria-hidden': 'true' }, ' PDF'));
