// Nouveau mot de passe: the token of the mail and a new password, then sign-in.

import { Problem, resetPassword } from '../lib/api.js';
import { byId, setText } from '../lib/dom.js';
import { takenToken } from '../lib/token.js';
import { allFilled, clearErrors, NO_REPLY, onSubmit, showable, showErrors } from '../components/field/field.js';

const form = byId('new-password-form');
const EXPIRED = 'Ce lien ne sert plus : il a expiré ou a déjà servi. Demandez-en un autre depuis « Mot de passe oublié ».';

showable(byId('show-password'));
if (!takenToken()) showErrors(form, EXPIRED);
onSubmit(form, submit);

async function submit() {
  clearErrors(form);
  if (!allFilled(form)) return;
  try {
    await resetPassword(takenToken(), form.elements.password.value);
    form.hidden = true;
    setText(byId('message'), 'Votre mot de passe est changé. Les autres connexions à ce compte sont fermées.');
    byId('forgotten').hidden = true;
    byId('to-sign-in').classList.add('button', 'main');
    byId('to-sign-in').focus();
  } catch (error) {
    refuse(error);
  }
}

function refuse(error) {
  if (!(error instanceof Problem)) return showErrors(form, NO_REPLY);
  if (error.code === 'token-expired') return showErrors(form, error.message);
  const errors = error.errors.length || error.code !== 'password-too-weak' ? error.errors : [{ field: 'password', detail: error.message }];
  showErrors(form, error.message, errors);
}
