// Confirmer le mél: the token of the mail is spent by a press, never by opening the link.

import { confirmMel, Problem } from '../lib/api.js';
import { byId, setText } from '../lib/dom.js';
import { french } from '../lib/text.js';
import { takenToken } from '../lib/token.js';
import { clearErrors, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';

const form = byId('confirm-form');

if (!takenToken()) showErrors(form, 'Ce lien est incomplet. Ouvrez celui du mél, ou demandez-en un autre dans « Mon compte ».');
onSubmit(form, confirm);

async function confirm() {
  clearErrors(form);
  try {
    const { mel } = await confirmMel(takenToken());
    form.hidden = true;
    setText(byId('message'), french(`C’est fait : votre compte utilise maintenant ${mel}, pour vous connecter comme pour vos méls.`));
    byId('message').focus();
  } catch (error) {
    showErrors(form, error instanceof Problem ? error.message : NO_REPLY);
  }
}
