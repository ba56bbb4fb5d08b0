// Mes données: everything the portal keeps of a family, to take away; or to have erased.
//
// Hooks for the browser's tests: #ask, [data-archive=ID] with a button, #retention, form#erase, #erasure-said, #withdraw.

import { askArchive, askErasure, linkArchive, Problem, showPrivacy, withdrawErasure } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { longDate } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { chosenFamily } from '../lib/identity.js';
import { french } from '../lib/text.js';
import { sayWhose } from '../components/desk/whose.js';
import { clearErrors, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

const AGAIN = 5000;
const form = byId('erase');
let family;
let again; // the next look at an archive that is being made
let seen; // the answer on the page
let request = crypto.randomUUID(); // the same click sent again is the same archive

start();

async function start() {
  const identity = await openFrame();
  family = chosenFamily(identity);
  if (!family) return location.replace('/planning.html');
  byId('to-dossier').search = new URLSearchParams({ organisation: family.organisation, famille: family.family });
  byId('ask').addEventListener('click', ask);
  byId('withdraw').addEventListener('click', withdraw);
  onSubmit(form, erase);
  if (await sayWhose(identity, family, 'Données')) await read();
}

const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

async function read() {
  try {
    const data = await showPrivacy(family);
    byId('page-error').replaceChildren();
    // An archive is made aside: the page follows until it is there, and leaves alone what has not changed.
    clearTimeout(again);
    if (data.archives.some((one) => !one.ready)) again = setTimeout(read, AGAIN);
    if (seen === (seen = JSON.stringify(data))) return;
    for (const id of ['take', 'kept', 'erasure']) byId(id).hidden = false;
    byId('retention').replaceChildren(...data.retention.map((sentence) => h('li', { class: 'whole' }, french(sentence))));
    setText(byId('name-hint'), `${data.name}, comme en tête de vos factures.`);
    byId('archives').replaceChildren(...data.archives.map(archive));
    paintErasure(data.erasure);
  } catch (error) {
    byId('page-error').replaceChildren(h('p', { class: 'refusal' }, words(error)), h('button', { type: 'button', class: 'button', onclick: read }, 'Relire'));
    announce(words(error));
  }
}

/** "1,2 Mo" */
const size = (bytes) => `${(bytes / 1_000_000).toLocaleString('fr-FR', { maximumFractionDigits: 1, minimumFractionDigits: 1 })} Mo`;

function archive({ id, at, ready, bytes }) {
  const day = longDate(at.slice(0, 10));
  const said = h('span', { class: 'second', role: 'status' }, ready ? french(size(bytes)) : 'en préparation');
  const button = ready && h('button', { type: 'button', class: 'button', onclick: () => fetchArchive(id, said) }, 'Télécharger', h('span', { class: 'only-heard' }, ` l’archive du ${day}`));
  return h('li', { 'data-archive': id }, h('span', {}, `Archive du ${day}`), said, button);
}

async function fetchArchive(id, said) {
  try {
    const { url } = await linkArchive(family, id);
    location.assign(url);
  } catch (error) { setText(said, words(error)); }
}

async function ask() {
  const said = byId('take').querySelector('[data-error]');
  setText(said, '');
  try {
    await askArchive(family, request);
    request = crypto.randomUUID();
    announce('L’archive se prépare.');
    await read();
  } catch (error) { setText(said, words(error)); }
}

const ERASURE = {
  asked: (one) => `${one.said} a demandé l’effacement le ${longDate(one.asked.slice(0, 10))}. La décision est attendue.`,
  accepted: (one) => `L’effacement est accepté. ${one.waits ? `Il attend encore : ${one.waits}.` : 'Il commence dans quelques minutes.'}`,
  refused: (one) => `L’effacement est refusé : ${one.reason}`,
  done: () => 'L’effacement est fait.',
};

function paintErasure(erasure) {
  const open = erasure && ['asked', 'accepted'].includes(erasure.stage);
  byId('erasure-said').replaceChildren(...(erasure ? [h('p', { class: 'serif' }, french(ERASURE[erasure.stage](erasure)))] : []));
  form.hidden = Boolean(open);
  byId('withdraw-actions').hidden = erasure?.stage !== 'asked';
}

async function erase() {
  clearErrors(form);
  try {
    paintErasure(await askErasure(family, form.elements.name.value));
    seen = undefined;
    form.reset();
  } catch (error) { showErrors(form, words(error), error.errors); }
}

async function withdraw() {
  try {
    await withdrawErasure(family);
    announce('Votre demande est retirée : rien n’est effacé.');
    await read();
    form.elements.name.focus();
  } catch (error) { byId('erasure-said').append(h('p', { class: 'refusal' }, words(error))); }
}
