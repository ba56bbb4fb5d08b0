// The second factor once more, before what is grave: a dialog that any page of an agent may need.

import { h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';

/** Asks for the code until `show(code)` takes it; resolves with whether it did. */
export function askForProof(show) {
  const code = h('input', { id: 'proof-code', name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '31', required: true, 'aria-describedby': 'proof-error' });
  const error = h('p', { id: 'proof-error', class: 'refusal', role: 'alert' });
  const form = h('form', { novalidate: true },
    h('h2', { id: 'proof-title' }, 'Confirmez que c’est vous'),
    h('p', { class: 'serif' }, french('Ce que vous faites est important : entrez de nouveau le code à six chiffres de votre application, ou un code de secours.')),
    h('div', { class: 'field' }, h('label', { for: 'proof-code' }, 'Code à six chiffres'), code),
    error,
    h('p', { class: 'actions' },
      h('button', { type: 'submit', class: 'button main' }, 'Confirmer'),
      h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Ne rien faire')));
  const dialog = h('dialog', { id: 'proof', 'aria-labelledby': 'proof-title' }, form);
  document.body.append(dialog);
  dialog.showModal();
  code.focus();
  return new Promise((resolve) => {
    let shown = false;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      error.replaceChildren();
      try {
        await show(code.value.trim());
        shown = true;
        dialog.close();
      } catch (problem) {
        error.replaceChildren(french(problem.code ? problem.message : 'Pas de réponse. Réessayez dans un instant.'));
        code.select();
      }
    });
    dialog.addEventListener('close', () => { dialog.remove(); resolve(shown); });
  });
}
