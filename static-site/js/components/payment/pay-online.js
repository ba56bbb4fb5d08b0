// "Payer en ligne": a button for an invoice or the whole solde, which leads to the provider's page; a question when
// another payment of the same debt is under way.
// Accessibility: the amount is part of the button's name; the question is a dialog whose first button changes nothing.

import { beginPayment, Problem } from '../../lib/api.js';
import { byId, h, setText } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { NO_REPLY } from '../field/field.js';

const requests = new Map(); // a click whose reply was lost is sent again as the same payment

/** A button; `invoice` is a number, or null for the whole solde. */
export function payButton(place, invoice, amount, main = false) {
  const said = h('span', { class: 'refusal', role: 'alert' });
  const button = h('button', { type: 'button', class: main ? 'button main' : 'button', 'data-pay': invoice ?? 'solde', onclick: () => pay(place, invoice, false, button, said) },
    'Payer en ligne', main && ` ${amount}`, !main && h('span', { class: 'only-heard' }, ` la facture ${invoice}, ${amount}`));
  return [button, said];
}

async function pay(place, invoice, anyway, button, said) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  setText(said, '');
  const key = JSON.stringify([invoice, anyway]);
  if (!requests.has(key)) requests.set(key, crypto.randomUUID());
  try {
    const { address } = await beginPayment(place, { request: requests.get(key), invoice, anyway });
    location.assign(address);
    return; // the button stays as it is until the page is gone
  } catch (error) {
    if (error instanceof Problem) requests.delete(key);
    if (error.code === 'payment-under-way') ask(error, () => pay(place, invoice, true, button, said));
    else setText(said, french(error instanceof Problem ? error.message : NO_REPLY));
  }
  button.removeAttribute('aria-disabled');
}

function ask({ message, address }, anyway) {
  const dialog = byId('twice');
  setText(byId('twice-said'), french(message));
  byId('twice-resume').hidden = !address;
  if (address) byId('twice-resume').href = address;
  dialog.returnValue = 'no';
  dialog.onclose = () => { if (dialog.returnValue === 'yes') anyway(); };
  dialog.showModal();
}
