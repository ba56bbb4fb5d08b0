// À vérifier: what families changed and what they sent, in one queue: the oldest first, each beside its proof; Enter answers
// and goes on to the next.
//
// Hooks for the browser's tests: #summary, [data-item=change|document] in the list, #item-title, .beside, #accept, #refuse,
// #left, #done, [name=queue-why], #queue-why-own, #queue-until.

import { decideCheck, decideOnDocument, listChecks, listDocuments, listWaitingDocuments, NoReply, Problem, showDossier } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { calm, isCalm } from '../lib/calm.js';
import { byId, h, setText } from '../lib/dom.js';
import { mayIn } from '../lib/identity.js';
import { counted, french } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { download, picture } from '../components/document/looking.js';
import { onKeys } from '../components/family/keys.js';
import { NO_REPLY } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';
import { aboutDocument, ChangeReview, proofOf } from '../components/review/change.js';
import { OF_A_DOCUMENT, Refusal } from '../components/review/refusal.js';
import { Until } from '../components/review/until.js';

let identity;
let office;
let today;
let items = [];
let hidden = 0; // documents that wait beyond those that were told
let at = 0;
let review = null; // what is answered: { refusal, accept(), refuse(reason) }
let busy = false;

start();

async function start() {
  identity = await openFrame({ ask: true });
  office = officeOf(identity);
  if (!office) return;
  byId('accept').addEventListener('click', () => accept());
  byId('refuse').addEventListener('click', () => refuse());
  byId('item').addEventListener('keydown', (event) => { if (event.key === 'Enter' && event.target.matches('input[type=text], input:not([type])')) { event.preventDefault(); answer(); } });
  byId('item').addEventListener('input', sayEnter);
  byId('item').addEventListener('change', sayEnter);
  byId('proof').addEventListener('keydown', (event) => { if (event.key === 'Enter' && event.target.matches('input')) { event.preventDefault(); answer(); } });
  onKeys([
    ['j', 'Descendre', () => go(at + 1)], ['k', 'Monter', () => go(at - 1)], ['u', 'Plus tard', () => go(at + 1)],
    ['Enter', null, () => answer()], ['r', 'Refuser', () => refuse()],
    ...[1, 2, 3, 4].map((rank) => [String(rank), null, () => review?.refusal.choose(rank - 1)]),
  ]);
  await read();
  const asked = new URLSearchParams(location.search).get('famille');
  const found = items.findIndex((one) => one.family === asked);
  if (items.length) await go(Math.max(found, 0), false);
}

const mayHere = (permission) => mayIn(identity, office.organisation, permission);
const placeOf = (one) => ({ organisation: office.organisation, family: one.family });
const nameOf = (one) => one.name.toUpperCase();

/** What waits; the changes come before the documents. */
async function read() {
  try {
    const [checks, waiting] = await Promise.all([
      mayHere('keep-dossiers') ? listChecks(office.organisation) : { families: [] },
      mayHere('keep-documents') ? listWaitingDocuments(office.organisation) : { documents: [], total: 0 },
    ]);
    today = waiting.today;
    hidden = waiting.total - waiting.documents.length;
    items = [
      ...checks.families.map((one) => ({ kind: 'change', family: one.id, name: one.name, second: `${counted(one.fields, 'champ', 'champs')}, ${one.since}` })),
      ...waiting.documents.map((one) => ({ kind: 'document', family: one.family, name: one.family_name, second: `${one.title}, ${one.sent}`, document: one })),
    ];
    byId('page-error').replaceChildren();
    paintList();
  } catch (error) { fail(error, read); }
}

function paintList() {
  byId('queue').hidden = items.length === 0;
  document.querySelector('.queue-keys').hidden = items.length === 0;
  const of = (kind) => items.filter((one) => one.kind === kind);
  setText(byId('summary'), items.length ? french([of('change').length && counted(of('change').length, 'changement', 'changements'), of('document').length + hidden && counted(of('document').length + hidden, 'document', 'documents')].filter(Boolean).join(', ')) : 'Rien n’attend.');
  list('changes', 'Changements', of('change'), 0);
  list('documents', 'Documents', of('document'), hidden);
}

function list(id, title, rows, more) {
  byId(id).hidden = rows.length === 0;
  setText(byId(`${id}-title`), `${title}, ${rows.length + more}`);
  byId(id).querySelector('ul').replaceChildren(...rows.map((one) => h('li', {}, h('button', { type: 'button', 'data-item': one.kind, 'aria-current': items[at] === one && 'true', onclick: () => go(items.indexOf(one)) }, h('b', {}, nameOf(one)), h('span', { class: 'second' }, french(one.second))))), ...(more > 0 ? [h('li', { class: 'second' }, `et ${counted(more, 'autre', 'autres')}`)] : []));
}

/** To an item of the list: it is read, and shown with its proof. */
async function go(wanted, focus = true) {
  if (items.length === 0 || busy) return;
  at = Math.min(Math.max(wanted, 0), items.length - 1);
  const one = items[at];
  paintList();
  review = null;
  byId('item').replaceChildren(h('h2', { id: 'item-title', tabindex: -1 }, `Famille ${nameOf(one)}`));
  byId('proof').replaceChildren();
  sayFoot();
  if (focus) byId('item-title').focus();
  try {
    const shown = one.kind === 'change' ? await change(one) : document_(one);
    if (items[at] !== one) return;
    byId('item').replaceChildren(head(one), ...shown.item.filter(Boolean));
    byId('proof').replaceChildren(...shown.proof.filter(Boolean));
    review = shown.review;
    sayFoot();
    if (focus) byId('item-title').focus();
    announce(`Famille ${one.name}, ${one.second}. ${at + 1} sur ${items.length}.`);
  } catch (error) { fail(error, () => go(at)); }
}

function head(one) {
  const query = new URLSearchParams({ organisation: office.organisation, famille: one.family, onglet: one.kind === 'change' ? 'dossier' : 'pieces' });
  return h('div', { class: 'panel-head' }, h('h2', { id: 'item-title', tabindex: -1 }, `Famille ${nameOf(one)}`), h('a', { href: `/famille.html?${query}` }, 'Ouvrir la famille'));
}

async function change(one) {
  const place = placeOf(one);
  const [dossier, { documents }] = await Promise.all([showDossier(place), listDocuments(place)]);
  const asked = new ChangeReview(dossier);
  const proof = proofOf(dossier, documents);
  const decide = async (reason) => {
    for (const field of asked.chosen()) await decideCheck(place, { place: field.place, value: field.now, ...(reason && { reason }) });
  };
  return {
    item: asked.parts(),
    proof: proof ? looked(place, proof, proof.title, aboutDocument(proof)) : [h('h2', { id: 'proof-title' }, 'Preuve'), h('p', { class: 'second' }, 'Aucune pièce de cette famille ne le montre.')],
    review: { refusal: asked.refusal, accept: () => decide(null), refuse: decide, reads: 'La famille lit la réponse dans son dossier.' },
  };
}

function document_(one) {
  const { document } = one;
  const place = placeOf(one);
  const refusal = new Refusal(OF_A_DOCUMENT, { name: 'queue-why', keys: true });
  const until = new Until(today, 'queue-until');
  const send = (decision) => decideOnDocument(place, document.id, { version: document.version, ...decision });
  return {
    item: [
      h('p', { class: 'said' }, french(`${document.title}, ${document.about}`)),
      h('p', { class: 'second' }, french(`${document.name}, ${document.size}. Envoyé ${document.sent} par ${document.said}.`)),
      refusal.element,
    ],
    proof: [...looked(place, document, document.title), until.element],
    review: {
      refusal,
      accept: () => { const day = until.day(); return day === undefined ? false : send({ decision: 'accept', ...(day && { valid_until: day }) }); },
      refuse: (reason) => send({ decision: 'refuse', reason }),
      reads: 'Un refus part par mél à la famille.',
      // What a statement says is written down where it prices.
      next: document.kind === 'caf_statement' && { href: `/situation.html?${new URLSearchParams({ organisation: office.organisation, famille: one.family, attestation: document.id })}`, words: `Noter le quotient de la famille ${one.name}` },
    },
  };
}

function looked(place, document, title, about) {
  const fault = h('p', { class: 'refusal', role: 'alert' });
  return [
    h('div', { class: 'panel-head' }, h('h2', { id: 'proof-title' }, title), h('button', { type: 'button', class: 'link', onclick: () => download(place, document.id).catch((error) => setText(fault, words(error))) }, 'Télécharger', h('span', { class: 'only-heard' }, ` : ${title}`))),
    h('div', { class: 'picture' }, picture(place, document)), about && h('p', { class: 'second' }, about), fault,
  ];
}

const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);
const isRefusing = () => Boolean(review && (review.refusal.own.value.trim() || review.refusal.radios.some((radio) => radio.checked)));

/** What Enter does now: it refuses once a sentence is chosen. */
function answer() { return isRefusing() ? refuse() : accept(); }

function sayEnter() {
  const refusing = isRefusing();
  byId('accept').classList.toggle('main', !refusing);
  byId('refuse').classList.toggle('main', refusing);
  const next = items[at + 1];
  const then = next ? `, puis ${nameOf(next)}` : '';
  const key = (word) => h('kbd', { 'aria-hidden': 'true' }, word);
  byId('accept').replaceChildren(`Accepter${refusing ? '' : then} `, ...(refusing ? [] : [key('Entrée')]));
  byId('refuse').replaceChildren(`Refuser${refusing ? then : ''} `, key(refusing ? 'Entrée' : 'r'));
}

function sayFoot() {
  sayEnter();
  setText(byId('reads'), review?.reads ?? '');
  const rest = items.length - at - 1 + hidden;
  setText(byId('left'), rest ? `${rest} après celui-ci` : 'Le dernier');
}

const accept = () => decide(() => review.accept(), 'accepté');

function refuse() {
  if (!review) return undefined;
  if (!isRefusing()) { review.refusal.radios[0].focus(); return announce('Choisissez ce que la famille lira.'); }
  const reason = review.refusal.text();
  return reason && decide(() => review.refuse(reason), 'refusé');
}

/** Sends the answer, reads what is left, and goes on where the list stands. */
async function decide(send, word) {
  // The second half of a double press is not meant for what the first one brought.
  if (!review || busy || isCalm(byId('queue'))) return;
  const [one, { next }] = [items[at], review];
  busy = true;
  byId('queue').setAttribute('aria-busy', 'true');
  try {
    if (await send() === false) return;
    const stood = at;
    await read();
    calm(byId('queue'));
    busy = false;
    const told = `Famille ${one.name}, ${one.kind === 'change' ? 'changement' : one.document.title} : ${word}.`.replace(' :', '\u00a0:');
    byId('done').replaceChildren(french(told), ...(next && word === 'accepté' ? [' ', h('a', { href: next.href }, next.words)] : []));
    if (items.length === 0) { setText(byId('summary'), 'Rien n’attend.'); byId('done').focus(); announce(`${told} Rien n’attend.`); }
    else await go(Math.min(stood, items.length - 1));
  } catch (error) {
    fail(error, async () => { await read(); await go(at); });
  } finally {
    busy = false;
    byId('queue').removeAttribute('aria-busy');
  }
}

function fail(error, again) {
  if (!(error instanceof Problem || error instanceof NoReply)) reportError(error); // ours, not the network's
  byId('page-error').replaceChildren(...trouble(words(error), again));
  announce(words(error));
}
