// Effacements: families that ask for their erasure; an administrator accepts, or refuses with a reason.
//
// Hooks for the browser's tests: [data-erasure=FAMILY], dialog#decide.

import { decideErasure, listErasures, Problem } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { longDate } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { french } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { clearErrors, NO_REPLY, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

let office;

start();

async function start() {
  office = officeOf(await openFrame());
  if (!office) return;
  byId('decide-no').addEventListener('click', () => byId('decide').close());
  await read();
}

const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

async function read() {
  try {
    const erasures = await listErasures(office.organisation);
    byId('page-error').replaceChildren();
    byId('erasures').replaceChildren(...(erasures.length ? erasures.map(ticket) : [h('li', { class: 'serif' }, 'Aucune demande pour l’instant.')]));
  } catch (error) {
    byId('page-error').replaceChildren(...trouble(words(error), read));
    announce(words(error));
  }
}

const STAGE = {
  asked: () => 'à décider',
  accepted: (one) => (one.waits ? `accepté, attend : ${one.waits}` : 'accepté, en cours'),
  refused: (one) => `refusé par ${one.decided_by} : ${one.reason}`,
  done: (one) => `fait le ${longDate(one.done.slice(0, 10))}`,
};

function ticket(one) {
  return h('li', { class: 'ticket', 'data-erasure': one.family },
    h('div', { class: 'ticket-head' }, h('h2', {}, one.name ? `Famille ${one.name}` : `Dossier ${one.family}`), h('p', { class: 'mark-word' }, french(STAGE[one.stage](one)))),
    h('p', { class: 'second' }, french(`Demandé le ${longDate(one.asked.slice(0, 10))}${one.said ? ` par ${one.said}` : ''}.`)),
    one.kept.length > 0 && h('details', {}, h('summary', {}, 'Ce que la loi garde'), h('ul', { class: 'plain-list' }, one.kept.map((sentence) => h('li', {}, french(sentence))))),
    one.stage === 'asked' && h('p', { class: 'ticket-actions' },
      h('button', { type: 'button', class: 'button', onclick: () => ask(one, 'accept') }, 'Accepter', heard(one)),
      h('button', { type: 'button', class: 'button', onclick: () => ask(one, 'refuse') }, 'Refuser', heard(one))));
}

const heard = (one) => h('span', { class: 'only-heard' }, ` l’effacement de la famille ${one.name}`);

function ask(one, action) {
  const dialog = byId('decide');
  const form = dialog.querySelector('form');
  const refuse = action === 'refuse';
  form.reset();
  clearErrors(form);
  setText(byId('decide-title'), refuse ? 'Refuser l’effacement' : 'Effacer la famille');
  setText(byId('decide-what'), french(refuse ? `La famille ${one.name} garde tout.` : `Tout ce qui concerne la famille ${one.name} sera effacé, sauf ses factures et ses paiements. On ne revient pas en arrière.`));
  setText(byId('decide-yes'), refuse ? 'Refuser' : 'Effacer');
  byId('reason-field').hidden = !refuse;
  form.onsubmit = async (event) => {
    event.preventDefault();
    try {
      await decideErasure(office.organisation, one.family, { action, reason: refuse ? form.elements.reason.value : null });
      dialog.close();
      announce(refuse ? 'L’effacement est refusé.' : 'L’effacement est accepté.');
      await read();
    } catch (error) { showErrors(form, words(error), error.errors); }
  };
  dialog.showModal();
}
