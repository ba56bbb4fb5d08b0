// The agent's dialog: changing a locked cell asks for a reason, which stays in the history.
// Accessibility: a native modal dialog, named by its heading; Escape and "Annuler" change nothing.

import { byId, setText } from '../../lib/dom.js';
import { clearErrors, mark } from '../field/field.js';

/** Resolves with the reason, or null when the agent gives up. */
export function askReason(sentence) {
  const dialog = byId('override');
  const form = dialog.querySelector('form');
  const reason = form.elements.reason;
  setText(byId('override-what'), sentence);
  form.reset();
  clearErrors(form);
  dialog.showModal();
  return new Promise((resolve) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      const text = reason.value.trim();
      if (text.length < 3) {
        mark(reason, 'Écrivez le motif en quelques mots : il reste dans l’historique.');
        return reason.focus();
      }
      resolve(text);
      dialog.close();
    };
    byId('override-cancel').onclick = () => dialog.close();
    dialog.onclose = () => resolve(null);
  });
}
