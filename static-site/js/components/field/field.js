// Fields of a form: their errors under them, the password shown or hidden, a button that waits.

import { h, setText } from '../../lib/dom.js';
import { french } from '../../lib/text.js';

/** Puts each error under its field, the rest in the form's own error text, and the focus on the first. */
export function showErrors(form, sentence, errors = []) {
  clearErrors(form);
  const placed = errors.filter(({ field, detail }) => mark(form.elements.namedItem(field), detail));
  const general = form.querySelector('[data-error]');
  if (general) setText(general, placed.length && placed.length === errors.length ? '' : french(sentence));
  form.querySelector('[aria-invalid=true]')?.focus();
}

export function mark(input, detail) {
  if (!input) return false;
  const id = `${input.id}-error`;
  const field = input.closest('.field');
  field.querySelector('.refusal')?.remove();
  field.append(h('p', { class: 'refusal', id }, french(detail)));
  input.setAttribute('aria-invalid', 'true');
  const described = (input.getAttribute('aria-describedby') ?? '').split(' ').filter((one) => one && one !== id);
  input.setAttribute('aria-describedby', [...described, id].join(' '));
  return true;
}

export function clearErrors(form) {
  for (const input of form.querySelectorAll('[aria-invalid=true]')) input.removeAttribute('aria-invalid');
  for (const note of form.querySelectorAll('.field .refusal')) note.remove();
  const general = form.querySelector('[data-error]');
  if (general) setText(general, '');
}

/** The fields that must be filled in and are not, told one by one; true when all are there. */
export function allFilled(form) {
  const empty = [...form.querySelectorAll('[required]')].filter((input) => !input.closest('[hidden]') && !input.value.trim());
  if (empty.length) showErrors(form, '', empty.map((input) => ({ field: input.name, detail: input.dataset.missing })));
  return empty.length === 0;
}

export function showable(button) {
  const input = button.parentElement.querySelector('input');
  button.addEventListener('click', () => {
    const shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    setText(button, shown ? 'Masquer' : 'Afficher');
    button.setAttribute('aria-label', shown ? 'Masquer le mot de passe' : 'Afficher le mot de passe');
  });
}

/** Runs the work of a submit once at a time; the button stays focusable and says that it waits. */
export function onSubmit(form, work) {
  const button = form.querySelector('[type=submit]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    try { await work(); } finally { button.removeAttribute('aria-disabled'); }
  });
}

export const NO_REPLY = 'Pas de réponse du serveur. Vérifiez votre connexion, puis recommencez : rien de ce que vous avez saisi n’est perdu.';
