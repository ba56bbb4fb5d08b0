// What an agent who bills does on a family's invoices: records a payment, takes one back, makes a credit note.

import { makeCreditNote, Problem, recordPayment } from '../../lib/api.js';
import { readDate } from '../../lib/dates.js';
import { byId, h, setText } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { clearErrors, NO_REPLY, onSubmit, showErrors } from '../field/field.js';

export const MEANS = { cheque: 'Chèque', cash: 'Espèces', cesu: 'CESU', ancv: 'Chèque-vacances', card: 'Carte', transfer: 'Virement', debit: 'Prélèvement' };
const words = (error) => (error instanceof Problem ? error.message : NO_REPLY);
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
  setText(byId('credit-what'), french(`Facture ${invoice.number}, ${invoice.amount} : l’avoir la reprend en entier. Elle reste visible.`));
  byId('credit-no').onclick = () => dialog.close();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const button = form.querySelector('[type=submit]');
    button.disabled = true;
    try {
      await makeCreditNote(place, invoice.number, form.elements.reason.value.trim());
      dialog.close();
      await done();
    } catch (error) { showErrors(form, words(error), error.errors); } finally { button.disabled = false; }
  };
  dialog.showModal();
}
