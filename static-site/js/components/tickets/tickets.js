// Mes tickets: what is left of each kind, as tickets torn from a book, and the books that may be bought.
// Accessibility: a list; the figure is read with its words; buying asks first, because it makes an invoice.

import { buyTickets, Problem } from '../../lib/api.js';
import { byId, h, setText } from '../../lib/dom.js';
import { counted, french } from '../../lib/text.js';
import { NO_REPLY } from '../field/field.js';

const name = (kind) => `${kind.activity_name}${kind.child_name ? `, pour ${kind.child_name}` : ''}`;

function unpaid({ unpaid: count }) {
  if (!count) return '';
  return h('p', { class: 'second' }, count > 1 ? `${count} autres s’ajouteront une fois leur facture payée.` : '1 autre s’ajoutera une fois sa facture payée.');
}

/** `bought(message)` is called when something was. */
function kind(place, one, bought) {
  const packs = one.packs.map((pack) => h('button', { type: 'button', class: 'button', 'data-pack': String(pack.quantity), onclick: () => ask(place, one, pack, bought) },
    `Acheter ${pack.quantity}`, h('span', { class: 'only-heard' }, ` tickets pour ${name(one)}`), h('span', { class: 'price' }, pack.amount)));
  return h('li', { class: 'book', 'data-tickets': one.activity, 'data-child': one.child ?? '', 'data-left': String(one.left) },
    h('p', { class: 'stub' }, h('b', {}, String(one.left)), ` ${one.left > 1 ? 'tickets' : 'ticket'}`),
    h('div', {}, h('h3', {}, one.activity_name, one.child_name && h('span', { class: 'second' }, `, pour ${one.child_name}`)), unpaid(one), h('p', { class: 'packs' }, packs)));
}

export function showTickets(place, tickets, bought) {
  byId('tickets').hidden = tickets.length === 0;
  byId('ticket-books').replaceChildren(...tickets.map((one) => kind(place, one, bought)));
}

function ask(place, one, pack, bought) {
  const dialog = byId('buy');
  const form = dialog.querySelector('form');
  const error = form.querySelector('[data-error]');
  const request = crypto.randomUUID(); // sent again after a lost reply it is the same purchase
  setText(error, '');
  setText(byId('buy-what'), french(`${counted(pack.quantity, 'ticket', 'tickets')} à ${pack.unit}, ${name(one)} : ${pack.amount}. La facture est émise aussitôt.`));
  byId('buy-no').onclick = () => dialog.close();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const button = form.querySelector('[type=submit]');
    button.disabled = true;
    try {
      const { message } = await buyTickets(place, { request, activity: one.activity, child: one.child, quantity: pack.quantity });
      dialog.close();
      await bought(message);
    } catch (cause) {
      setText(error, french(cause instanceof Problem ? cause.message : NO_REPLY));
    } finally { button.disabled = false; }
  };
  dialog.showModal();
}
