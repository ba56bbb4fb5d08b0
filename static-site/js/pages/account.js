// Mon compte: what one signs in with, the open sessions, recovery codes, and the end of the account.
//
// Hooks for the browser's tests: the forms' ids, #…-said, #sessions [data-session], #end-others, #deletion-said.

import { askMelChange, changeIdentifiant, changePassword, deleteAccount, endOtherSessions, endSession, makeRecoveryCodes, Problem, showAccount, showDeletion } from '../lib/api.js';
import { byId, h, setText } from '../lib/dom.js';
import { forgetIdentity } from '../lib/memory.js';
import { counted, french } from '../lib/text.js';
import { allFilled, clearErrors, NO_REPLY, onSubmit, showable, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';
import { sessionRow } from '../components/sessions/sessions.js';

const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

start();

async function start() {
  await openFrame();
  showable(byId('show-password'));
  form('identifiant', ({ identifiant, password }) => changeIdentifiant({ identifiant: identifiant.value.trim(), password: password.value }), 'Votre identifiant est changé. L’ancien ne permet plus de vous connecter.');
  form('mel', ({ mel, password }) => askMelChange({ mel: mel.value.trim(), password: password.value }));
  form('password', ({ new_password, password }) => changePassword({ new_password: new_password.value, password: password.value }), 'Votre mot de passe est changé. Vos autres appareils sont déconnectés.');
  form('recovery', ({ password }) => makeRecoveryCodes({ password: password.value }), '', showCodes);
  form('deletion', ({ password }) => deleteAccount({ password: password.value }), '', leave);
  byId('end-others').addEventListener('click', () => end(endOtherSessions, 'Tous les autres appareils sont déconnectés.'));
  byId('deletion').addEventListener('toggle', sayDeletion);
  await read();
}

async function read() {
  try {
    show(await showAccount());
    byId('page-error').replaceChildren();
    byId('account').hidden = false;
  } catch (error) {
    byId('page-error').replaceChildren(h('p', { class: 'refusal', role: 'alert' }, words(error)), h('button', { type: 'button', class: 'button', onclick: read }, 'Relire'));
  }
}

function show(account) {
  setText(byId('person'), `${account.first_name} ${account.last_name}`);
  setText(byId('identifiant-shown'), account.identifiant);
  setText(byId('mel-shown'), account.mel);
  byId('mel-wanted').hidden = !account.wanted_mel;
  setText(byId('mel-wanted'), french(account.wanted_mel ? `En attente de confirmation : ${account.wanted_mel}` : ''));
  byId('sessions').replaceChildren(...account.sessions.map((session) => sessionRow(session, endOne)));
  byId('end-others').hidden = account.sessions.length < 2;
  byId('recovery').hidden = account.recovery_codes === undefined;
  setText(byId('recovery-left'), french(account.recovery_codes ? `Il vous reste ${counted(account.recovery_codes, 'code', 'codes')}.` : 'Vous n’avez pas de code de secours : sans votre téléphone, vous ne pourriez plus vous connecter.'));
}

/** A form that asks for the password: afterwards it is empty and closed, and what was done is said. */
function form(name, send, sentence, then = () => {}) {
  const own = byId(`${name}-form`);
  const said = byId(`${name}-said`);
  onSubmit(own, async () => {
    clearErrors(own);
    if (!allFilled(own)) return;
    try {
      const answer = await send(own.elements);
      own.reset();
      own.closest('details').open = false;
      if (sentence !== '') setText(said, french(answer?.message ?? sentence));
      await then(answer);
      if (name !== 'deletion') await read();
    } catch (error) {
      const field = error.code === 'password-too-weak' && !error.errors.length ? [{ field: 'new_password', detail: error.message }] : error.errors;
      showErrors(own, words(error), field);
    }
  });
}

const endOne = (session) => end(() => endSession(session.id), 'Cet appareil est déconnecté.');

async function end(work, sentence) {
  try {
    await work();
    await read();
    setText(byId('sessions-said'), sentence);
    byId('sessions').querySelector('button')?.focus();
  } catch (error) {
    setText(byId('sessions-said'), words(error));
  }
}

function showCodes({ codes }) {
  byId('recovery-codes').replaceChildren(...codes.map((code) => h('li', {}, code)));
  byId('recovery-shown').hidden = false;
  byId('recovery-shown').focus();
}

async function sayDeletion() {
  if (!byId('deletion').open) return;
  const list = (title, sentences) => [h('h3', {}, title), h('ul', {}, sentences.map((one) => h('li', {}, french(one))))];
  try {
    const { obstacle, ends, stays } = await showDeletion();
    byId('deletion-said').replaceChildren(...(obstacle ? [h('p', { class: 'refusal' }, french(obstacle))] : [...list('Ce qui s’arrête', ends), ...list('Ce qui reste', stays)]));
    byId('deletion-form').hidden = Boolean(obstacle);
  } catch (error) {
    byId('deletion-said').replaceChildren(h('p', { class: 'refusal', role: 'alert' }, words(error)));
  }
}

function leave() {
  forgetIdentity();
  location.replace('/');
}
