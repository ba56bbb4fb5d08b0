// Invitation: what it offers, then a new account or the password of the one that exists, then sign-in.

import { acceptInvitation, Problem, readInvitation } from '../lib/api.js';
import { byId, h, setText } from '../lib/dom.js';
import { keepIdentifiant, keepOrganisationName } from '../lib/memory.js';
import { french } from '../lib/text.js';
import { takenToken } from '../lib/token.js';
import { allFilled, clearErrors, NO_REPLY, onSubmit, showable, showErrors } from '../components/field/field.js';

const form = byId('invitation-form');
const { first_name, last_name, identifiant, password } = form.elements;
let isNew = true;

showable(byId('show-password'));
onSubmit(form, submit);
read();

async function read() {
  if (!takenToken()) return sayOffer('Ce lien est incomplet. Ouvrez celui du mél d’invitation, ou demandez-en un autre à votre mairie.');
  try {
    show(await readInvitation(takenToken()));
  } catch (error) {
    sayOffer(error instanceof Problem ? error.message : NO_REPLY);
  }
}

function sayOffer(sentence) { setText(byId('offer'), french(sentence)); }

function show(invitation) {
  isNew = !invitation.account_exists;
  byId('eyebrow').replaceChildren(h('b', {}, invitation.organisation_name));
  const what = invitation.family_name ? `le dossier de la famille ${invitation.family_name}` : 'l’espace des agents';
  sayOffer(isNew
    ? `Cette invitation vous ouvre ${what}. Choisissez de quoi vous connecter : ce compte reste personnel.`
    : `Cette invitation vous ouvre ${what}. Le mél ${invitation.mel} a déjà un compte : son mot de passe suffit.`);
  byId('new-account').hidden = !isNew;
  byId('password-rule').hidden = !isNew;
  byId('second-factor').hidden = !invitation.needs_second_factor;
  password.autocomplete = isNew ? 'new-password' : 'current-password';
  identifiant.value = invitation.suggested_identifiant ?? '';
  setText(byId('accept'), isNew ? 'Créer mon compte' : 'Accepter l’invitation');
  keepOrganisationName(invitation.organisation_name);
  form.hidden = false;
}

async function submit() {
  clearErrors(form);
  if (!allFilled(form)) return;
  const own = isNew && { first_name: first_name.value.trim(), last_name: last_name.value.trim(), identifiant: identifiant.value.trim() };
  try {
    const accepted = await acceptInvitation({ token: takenToken(), password: password.value, ...own });
    keepIdentifiant(accepted.identifiant);
    location.replace('/');
  } catch (error) {
    refuse(error);
  }
}

function refuse(error) {
  if (!(error instanceof Problem)) return showErrors(form, NO_REPLY);
  const field = { 'password-too-weak': 'password', 'bad-credentials': 'password', 'identifiant-taken': 'identifiant' }[error.code];
  showErrors(form, error.message, error.errors.length || !field ? error.errors : [{ field, detail: error.message }]);
}
