// Mot de passe oublié: asks for the mail; the answer is the same whether the account exists or not.

import { askPasswordReset, Problem } from '../lib/api.js';
import { byId, setText } from '../lib/dom.js';
import { french } from '../lib/text.js';
import { allFilled, clearErrors, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';

const form = byId('forgotten-form');

onSubmit(form, async () => {
  clearErrors(form);
  setText(byId('message'), '');
  if (!allFilled(form)) return;
  try {
    const { message } = await askPasswordReset(form.elements.name.value.trim());
    setText(byId('message'), french(message));
  } catch (error) {
    showErrors(form, error instanceof Problem ? error.message : NO_REPLY, error.errors);
  }
});
