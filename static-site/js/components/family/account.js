// The account of a family: a payment as a ticket, then the ledger, the newest row first, with the solde after each.
//
// Hooks for the browser's tests: form#take with [name=means], #take-amount, #take-day, #take-left, #taken;
// tr[data-entry=NUMBER][data-balance=CENTS].
// Accessibility: one native form that Enter sends; the table has its head; what is settled is a word beside its tick.

import { invoiceFile, Problem, recordPayment } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { readDate } from '../../lib/dates.js';
import { byId, h, setText } from '../../lib/dom.js';
import { capital, french } from '../../lib/text.js';
import { clearErrors, NO_REPLY, onSubmit, showErrors } from '../field/field.js';
import { MEANS } from '../invoice/billing.js';

/** As they come at a desk. */
const AT_A_DESK = ['cheque', 'cash', 'card', 'transfer', 'cesu', 'ancv', 'debit'];
let request = {}; // the same words sent again after a lost reply are the same payment

/** `lead(page, hash)`: the address of another page about this family; `recorded()` is called when something was paid. */
export function accountPanel(place, account, { estimate, today, lead, recorded }) {
  return [
    account.may_bill && today && taking(place, account, today, recorded),
    h('p', { id: 'taken', class: 'said', tabindex: -1 }),
    h('div', { class: 'panel-head' }, h('h2', {}, 'Compte'),
      h('p', { class: 'panel-links' },
        account.may_bill && h('a', { href: lead('/factures.html', 'charge') }, 'Facturer autre chose'), ' ',
        account.may_bill && account.invoices.some((one) => one.cents > 0 && one.left.some((units) => units > 0)) && h('a', { href: lead('/factures.html') }, 'Faire un avoir'), ' ',
        h('a', { href: lead('/factures.html') }, 'Le détail des factures'))),
    ledger(place, account, estimate),
  ];
}

function taking(place, account, today, recorded) {
  const radio = (value, at) => h('label', {}, h('input', { type: 'radio', name: 'means', value, checked: at === 0 }), MEANS[value]);
  const amount = h('input', { id: 'take-amount', name: 'amount', inputmode: 'decimal', autocomplete: 'off', maxlength: 20 });
  amount.value = account.owed > 0 ? account.amount.replace(/[^\d,]/g, '') : '';
  const day = h('input', { id: 'take-day', name: 'day', autocomplete: 'off', maxlength: 30 });
  day.value = typed(today);
  const left = h('p', { id: 'take-left', class: 'second' });
  const tell = () => setText(left, leftAfter(account.owed, amount.value));
  amount.addEventListener('input', tell);
  tell();
  const form = h('form', { id: 'take', class: 'ticket-form slate', novalidate: true },
    h('fieldset', { class: 'ticket-top' }, h('legend', {}, 'Encaisser'), AT_A_DESK.map(radio)),
    h('div', { class: 'ticket-fields' },
      h('div', { class: 'field sum' }, h('label', { for: 'take-amount' }, 'Somme'), amount),
      h('div', { class: 'field' }, h('label', { for: 'take-day' }, 'Reçu le'), day),
      left,
      h('button', { type: 'submit', class: 'button main' }, 'Enregistrer ', h('kbd', { 'aria-hidden': 'true' }, 'Entrée'))),
    h('p', { class: 'refusal', role: 'alert', 'data-error': true }));
  onSubmit(form, () => send(form, place, today, recorded));
  return form;
}

const typed = (day) => day.split('-').reverse().join('/');

/** What is owed after this sum, as far as its means may pay it. */
function leftAfter(owed, text) {
  const match = /^(\d{1,7})(?:[,.](\d{1,2}))?$/.exec(text.replace(/[\s\u00a0\u202f€]/g, ''));
  if (!match) return '';
  const left = owed - (Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')));
  const euros = `${Math.trunc(Math.abs(left) / 100)},${String(Math.abs(left) % 100).padStart(2, '0')}\u00a0€`;
  return left >= 0 ? `Règle les lignes les plus anciennes ; il restera ${euros}`.replace(' ;', '\u00a0;') : `${euros} seront en sa faveur`;
}

async function send(form, place, today, recorded) {
  clearErrors(form);
  const { day, amount, means } = form.elements;
  const read = readDate(day.value, today);
  if (!read) return showErrors(form, '', [{ field: 'day', detail: 'Écrivez une date, par exemple 28/05/2015.' }]);
  const paid = { day: read, means: means.value, amount: amount.value.trim() };
  const key = JSON.stringify(paid);
  if (request.key !== key) request = { key, id: crypto.randomUUID() };
  try {
    const { message } = await recordPayment(place, { request: request.id, ...paid });
    request = {};
    await recorded();
    setText(byId('taken'), french(message));
    byId('taken').focus();
    announce(message);
  } catch (error) {
    showErrors(form, error instanceof Problem ? error.message : NO_REPLY, error.errors);
  }
}

function ledger(place, account, estimate) {
  if (account.entries.length === 0 && !estimate) return h('p', { class: 'serif' }, 'Aucune facture pour l’instant. La première arrivera au début du mois prochain.');
  const filed = new Set(account.invoices.filter((one) => one.filed && !one.erased).map((one) => one.number));
  const heads = [['Date'], ['N°'], ['Objet'], ['Facturé', 'sum'], ['Reçu', 'sum'], ['Solde', 'sum'], ['État']];
  return h('table', { class: 'ledger' },
    h('caption', { class: 'only-heard' }, 'Le compte, du plus récent au plus ancien'),
    h('thead', {}, h('tr', {}, heads.map(([word, kind]) => h('th', { scope: 'col', class: kind ?? null }, word)))),
    h('tbody', {},
      estimate && h('tr', { class: 'to-come' }, h('td', {}), h('td', {}), h('td', {}, `${capital(estimate.month)}, pas encore facturé`), h('td', { class: 'sum' }, estimate.amount), h('td', {}), h('td', {}), h('td', {}, 'environ')),
      account.entries.map((one) => row(place, one, filed.has(one.number)))));
}

function row(place, one, filed) {
  const paper = one.kind === 'invoice' || one.kind === 'credit_note';
  const number = paper && filed ? h('a', { href: invoiceFile(place, one.number), target: '_blank' }, one.number, h('span', { class: 'only-heard' }, ' (PDF)')) : one.number.replace(/^reprise-/, 'ancien ');
  const words = one.what ?? MEANS[one.means];
  return h('tr', { 'data-entry': one.number, 'data-kind': one.kind, 'data-balance': String(one.balance) },
    h('td', {}, typed(one.day)), h('td', {}, number),
    h('td', { title: one.about }, french(words), one.about && ' ', one.about && h('small', {}, french(one.about))),
    h('td', { class: 'sum' }, one.charged ?? ''), h('td', { class: 'sum' }, one.received ?? ''), h('td', { class: 'sum' }, h('b', {}, one.balance_amount)),
    h('td', {}, one.kind === 'invoice' && state(one)));
}

const state = (one) => (one.settled ? h('span', { class: 'settled' }, 'Réglée') : one.left && h('b', {}, `Reste ${one.left}`));
