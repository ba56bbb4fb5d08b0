// What an agent who bills does on a family's invoices: records a payment, takes one back, makes a credit note.

import { makeCreditNote, makeInvoice, Problem, recordPayment } from '../../lib/api.js';
import { readDate } from '../../lib/dates.js';
import { byId, h, setText } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { clearErrors, NO_REPLY, onSubmit, showErrors } from '../field/field.js';

export const MEANS = { cheque: 'Chèque', cash: 'Espèces', cesu: 'CESU', ancv: 'Chèque-vacances', card: 'Carte', transfer: 'Virement', debit: 'Prélèvement' };
const words = (error) => (error instanceof Problem ? error.message : NO_REPLY);
let charge = {};
let request = {}; // the same words sent again after a lost reply are the same payment

/** Opens the form; `done()` is called when something was recorded. */
export function openPayment(place, today, done) {
  const form = byId('pay');
  form.hidden = false;
  form.elements.means.replaceChildren(...Object.entries(MEANS).map(([value, name]) => h('option', { value }, name)));
  form.elements.day.value = today.split('-').reverse().join('/');
  onSubmit(form, async () => {
    clearErrors(form);
    setText(byId('paid'), '');
    const { day, means, amount } = form.elements;
    const read = readDate(day.value, today);
    if (!read) return showErrors(form, '', [{ field: 'day', detail: 'Écrivez une date, par exemple 28/05/2015.' }]);
    const typed = { day: read, means: means.value, amount: amount.value.trim() };
    const key = JSON.stringify(typed);
    if (request.key !== key) request = { key, id: crypto.randomUUID() };
    try {
      const { message } = await recordPayment(place, { request: request.id, ...typed });
      request = {};
      amount.value = '';
      setText(byId('paid'), french(message));
      await done();
    } catch (error) { showErrors(form, words(error), error.errors); }
  });
}

/** A button that takes a payment back. */
export function takeBack(place, payment, today, done) {
  const said = h('span', { class: 'second', role: 'status' });
  const button = h('button', { type: 'button', class: 'link', 'data-reverse': payment.receipt, onclick: async () => {
    button.disabled = true;
    try {
      const amount = payment.amount.replace(/[^0-9,]/g, '');
      await recordPayment(place, { request: crypto.randomUUID(), day: today, means: payment.means, amount, reverses: payment.receipt });
      await done();
    } catch (error) {
      button.disabled = false;
      setText(said, french(words(error)));
    }
  } }, 'Annuler ce paiement', h('span', { class: 'only-heard' }, ` ${payment.receipt}`));
  return [button, said];
}

/** A button that makes a credit note after a question. */
export function creditNote(place, invoice, done) {
  return h('button', { type: 'button', class: 'button', 'data-credit': invoice.number, onclick: () => ask(place, invoice, done) }, 'Faire un avoir', h('span', { class: 'only-heard' }, ` sur la facture ${invoice.number}`));
}

function ask(place, invoice, done) {
  const dialog = byId('credit');
  const form = dialog.querySelector('form');
  form.reset();
  clearErrors(form);
  setText(byId('credit-what'), french(`Facture ${invoice.number}, ${invoice.amount}. L’avoir reprend ce que vous laissez ci-dessous ; la facture reste visible.`));
  byId('credit-lines').replaceChildren(...invoice.lines.map((line, at) => invoice.left[at] > 0 && units(line, at, invoice.left[at])).filter(Boolean));
  byId('credit-no').onclick = () => dialog.close();
  const id = crypto.randomUUID(); // a lost reply, sent again from the same dialog, is the same note
  let otherDays = false; // once the agent has read that a closure has a note on these lines, sending again means other days
  setText(form.querySelector('[type=submit]'), 'Faire l’avoir');
  form.onsubmit = async (event) => {
    event.preventDefault();
    const button = form.querySelector('[type=submit]');
    button.disabled = true;
    const lines = [...byId('credit-lines').querySelectorAll('input')].map((input) => ({ line: Number(input.dataset.line), quantity: Number(input.value) }));
    try {
      await makeCreditNote(place, invoice.number, { request: id, reason: form.elements.reason.value.trim(), lines: lines.filter(({ quantity }) => quantity > 0), other_days: otherDays });
      dialog.close();
      await done();
    } catch (error) {
      showErrors(form, words(error), error.errors);
      if (error.code === 'days-credited') {
        otherDays = true;
        setText(button, 'C’est pour d’autres jours : faire l’avoir');
      }
    } finally { button.disabled = false; }
  };
  dialog.showModal();
}

/** How many units of a line are taken back: all that are left, until somebody says less. */
function units(line, at, left) {
  const id = `units-${at}`;
  return h('li', {}, h('label', { for: id }, french(line.label)), h('span', { class: 'second' }, `sur ${left}`),
    h('input', { id, type: 'number', min: '0', max: String(left), value: String(left), inputmode: 'numeric', 'data-line': String(at) }));
}

/** Opens the form of an invoice outside the months. */
export function openCharge(place, done) {
  const form = byId('charge');
  form.hidden = false;
  onSubmit(form, async () => {
    clearErrors(form);
    setText(byId('charged'), '');
    const { label, quantity, price } = form.elements;
    const typed = { label: label.value.trim(), quantity: Number(quantity.value), price: price.value.trim() };
    if (!Number.isInteger(typed.quantity)) return showErrors(form, '', [{ field: 'quantity', detail: 'Écrivez un nombre entier.' }]);
    const key = JSON.stringify(typed);
    if (charge.key !== key) charge = { key, id: crypto.randomUUID() };
    try {
      const { message } = await makeInvoice(place, { request: charge.id, lines: [typed] });
      charge = {};
      form.reset();
      setText(byId('charged'), french(message));
      await done();
    } catch (error) { showErrors(form, words(error), error.errors); }
  });
}
