// Giving up what is owed of an invoice: an agent's act, with its reason, asked for once more in a dialog.
// Accessibility: a native dialog; the button under a ticket names its invoice for who does not see it.

import { Problem, writeOff } from '../../lib/api.js';
import { byId, h, setText } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { clearErrors, NO_REPLY, showErrors } from '../field/field.js';

/** The button under an invoice of which something is owed. */
export function writeOffButton(place, invoice, done) {
  return h('button', { type: 'button', class: 'link', 'data-write-off': invoice.number, onclick: () => ask(place, invoice, done) }, 'Abandonner la créance', h('span', { class: 'only-heard' }, ` de la facture ${invoice.number}`));
}

function ask(place, invoice, done) {
  const dialog = byId('write-off');
  const form = dialog.querySelector('form');
  form.reset();
  clearErrors(form);
  setText(byId('write-off-what'), french(`Facture ${invoice.number} : ${invoice.owed_amount} ne seront plus dus. La facture et cette décision restent visibles.`));
  byId('write-off-no').onclick = () => dialog.close();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const button = form.querySelector('[type=submit]');
    button.disabled = true;
    try {
      await writeOff(place, invoice.number, { reason: form.elements.given_up.value, note: form.elements.note.value.trim() });
      dialog.close();
      await done();
    } catch (error) { showErrors(form, error instanceof Problem ? error.message : NO_REPLY, error.errors); } finally { button.disabled = false; }
  };
  dialog.showModal();
}
