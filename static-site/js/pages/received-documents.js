// Documents reçus: what waits for an agent, the oldest first; looked at, accepted until a day, or refused in words.
//
// Hooks for the browser's tests: #summary, [data-document=ID] with button[data-look], [data-accept], [data-refuse], #refusing, #reason.

import { decideOnDocument, listWaitingDocuments, Problem } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { longDate, readDate } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { counted, french } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { download, picture } from '../components/document/looking.js';
import { paper } from '../components/document/sheet.js';
import { allFilled, clearErrors, mark, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

const USUAL = [
  'La photo est coupée : il manque une partie de la page. Renvoyez la page entière.',
  'La photo est floue : on ne lit pas le texte. Reprenez-la à la lumière, bien à plat.',
  'Ce document n’est plus valable. Renvoyez celui de cette année.',
  'Ce n’est pas le document demandé. Vérifiez son titre, puis envoyez le bon.',
];
const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

let office;
let today;
let refused = null;

start();

async function start() {
  office = officeOf(await openFrame({ ask: true }));
  if (!office) return;
  byId('usual').replaceChildren(h('option', { value: '' }, 'Choisir une phrase'), ...USUAL.map((sentence) => h('option', { value: sentence }, french(sentence))));
  byId('usual').addEventListener('change', (event) => { if (event.target.value) byId('reason').value = event.target.value; });
  byId('refusing-no').addEventListener('click', () => byId('refusing').close());
  const form = byId('refusing').querySelector('form');
  onSubmit(form, () => refuse(form));
  await read();
}

async function read() {
  try {
    const waiting = await listWaitingDocuments(office.organisation);
    today = waiting.today;
    byId('page-error').replaceChildren();
    byId('waiting').replaceChildren(...waiting.documents.map(row));
    setText(byId('summary'), french(sentence(waiting)));
  } catch (error) {
    byId('page-error').replaceChildren(...trouble(words(error), read));
    announce(words(error));
  }
}

function sentence({ total, documents }) {
  if (total === 0) return 'Aucun document n’attend votre réponse.';
  const rest = total > documents.length ? ` Les ${documents.length} plus anciens sont ici ; les autres suivront.` : '';
  return `${counted(total, 'document attend', 'documents attendent')} votre réponse.${rest}`;
}

const placeOf = (one) => ({ organisation: office.organisation, family: one.family });

function row(one) {
  const query = new URLSearchParams({ organisation: office.organisation, famille: one.family });
  const heard = h('span', { class: 'only-heard' }, ` (${one.title}, ${one.about}, famille ${one.family_name})`);
  const frame = h('div', { class: 'picture' });
  const shows = (error) => setText(fault, words(error));
  const fault = h('p', { class: 'refusal', role: 'alert' });
  const until = h('input', { id: `until-${one.id}`, name: 'until', autocomplete: 'off', 'aria-describedby': `until-hint-${one.id}` });
  const look = one.preview && h('button', { type: 'button', class: 'link', 'data-look': true, onclick: () => frame.replaceChildren(picture(placeOf(one), one)) }, 'Regarder', heard.cloneNode(true));
  return h('li', { class: 'sheet', 'data-standing': 'received', 'data-document': one.id },
    paper('received'),
    h('div', {}, h('h2', {}, one.title), h('p', { class: 'about' }, one.about),
      h('p', {}, h('a', { href: `/documents.html?${query}` }, `Famille ${one.family_name}`)),
      h('p', { class: 'about' }, french(`${one.name}, ${one.size}. Envoyé ${one.sent} par ${one.said}.`))),
    h('div', { class: 'state' },
      frame,
      h('p', { class: 'links' }, look, h('button', { type: 'button', class: 'link', onclick: () => download(placeOf(one), one.id).catch(shows) }, 'Télécharger', heard.cloneNode(true))),
      h('div', { class: 'deciding' },
        h('div', { class: 'field' }, h('label', { for: until.id }, 'Valable jusqu’au'), until, h('p', { class: 'hint', id: `until-hint-${one.id}` }, 'Vide : sans date de fin.')),
        h('button', { type: 'button', class: 'button main', 'data-accept': true, onclick: () => accept(one, until, shows) }, 'Accepter', heard.cloneNode(true)),
        h('button', { type: 'button', class: 'button', 'data-refuse': true, onclick: () => openRefusal(one) }, 'Refuser', heard.cloneNode(true)),
        fault)));
}

async function accept(one, until, shows) {
  const typed = until.value.trim();
  const day = typed ? readDate(typed, today) : null;
  if (typed && !day) { mark(until, 'Écrivez une date, comme 31/08/2016.'); return until.focus(); }
  try {
    await decideOnDocument(placeOf(one), one.id, { decision: 'accept', version: one.version, ...(day && { valid_until: day }) });
    // What a statement says is written down where it prices.
    const query = new URLSearchParams({ organisation: office.organisation, famille: one.family, attestation: one.id });
    byId('next').replaceChildren(one.kind === 'caf_statement' && h('a', { href: `/situation.html?${query}` }, `Noter le quotient de la famille ${one.family_name}`) || '');
    announce(`${one.title} de la famille ${one.family_name} : accepté${day ? ` jusqu’au ${longDate(day)}` : ''}.`);
    await read();
  } catch (error) { shows(error); }
}

function openRefusal(one) {
  refused = one;
  const form = byId('refusing').querySelector('form');
  form.reset();
  clearErrors(form);
  setText(byId('refusing-what'), `${one.title}, ${one.about}, famille ${one.family_name}`);
  byId('refusing').showModal();
}

async function refuse(form) {
  clearErrors(form);
  if (!allFilled(form)) return;
  try {
    await decideOnDocument(placeOf(refused), refused.id, { decision: 'refuse', version: refused.version, reason: byId('reason').value.trim() });
    byId('refusing').close();
    announce(`${refused.title} de la famille ${refused.family_name} : refusé, la famille est prévenue.`);
    await read();
  } catch (error) {
    showErrors(form, error instanceof Problem ? error.message : NO_REPLY, error.errors);
  }
}
