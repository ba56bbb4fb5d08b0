// Mes documents: what is missing, what was sent and how it stands; files go straight to storage.
//
// Hooks for the browser's tests: #lead, [data-document=ID], [data-gap=KIND], [data-upload], each with data-standing;
// #files, #choosing, #looking, #download, #remove.

import { listDocuments, Problem } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { byId, h, setText } from '../lib/dom.js';
import { chosenFamily } from '../lib/identity.js';
import { counted, french, listed, megabytes } from '../lib/text.js';
import { sayWhose } from '../components/desk/whose.js';
import { ask } from '../components/document/choosing.js';
import { look } from '../components/document/looking.js';
import { openSending } from '../components/document/sending.js';
import { act, sheet } from '../components/document/sheet.js';
import { NO_REPLY } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';
import { documentsToSend, waits } from '../components/frame/waiting.js';

const ORDER = ['failed', 'rejected', 'refused', 'expired', 'missing', 'expires_soon', 'sending', 'waiting', 'checking', 'received', 'accepted'];
const TO_DO = ['rejected', 'refused', 'expired', 'expires_soon'];
const PATIENCE = 120_000;

let family;
let list;
let sending;
let target = null;

start();

async function start() {
  const identity = await openFrame();
  family = chosenFamily(identity);
  if (!family) return location.replace('/planning.html');
  if (!await sayWhose(identity, family, 'Documents') || !await read()) return;
  sending = openSending(family, { largest: list.largest, changed: onUpload, arrived: follow });
  if (list.may_send) openDoors();
  paint();
  showAsked();
}

/** The address names a piece, as a cell of the planning does: its row is in view, and its button has the focus. */
function showAsked() {
  const query = new URLSearchParams(location.search);
  const [kind, child] = [query.get('piece'), query.get('enfant') ?? ''];
  if (!kind) return;
  const row = [...byId('sheets').children].find((one) => one.dataset.kind === kind && (one.dataset.child ?? '') === child);
  row?.scrollIntoView({ block: 'center' });
  row?.querySelector('button')?.focus({ preventScroll: true });
}

async function read() {
  try {
    list = await listDocuments(family);
    byId('page-error').replaceChildren();
    paint();
    if (!list.acts_as_agent) waits(family, { documents: documentsToSend(list) });
    return true;
  } catch (error) {
    const sentence = french(error instanceof Problem ? error.message : NO_REPLY);
    byId('page-error').replaceChildren(h('p', { class: 'refusal' }, sentence), h('button', { type: 'button', class: 'button', onclick: () => location.reload() }, 'Reprendre'));
    announce(sentence);
    return false;
  }
}

function openDoors() {
  const [files, camera, drop] = [byId('files'), byId('camera'), byId('drop')];
  drop.hidden = false;
  byId('choose').addEventListener('click', () => pick(null));
  byId('photograph').addEventListener('click', () => { target = null; camera.click(); });
  for (const input of [files, camera]) {
    input.addEventListener('change', () => { const chosen = [...input.files]; input.value = ''; take(chosen); });
  }
  for (const name of ['dragenter', 'dragover']) addEventListener(name, (event) => { event.preventDefault(); drop.classList.add('over'); });
  for (const name of ['dragleave', 'drop']) addEventListener(name, () => drop.classList.remove('over'));
  addEventListener('drop', (event) => { event.preventDefault(); target = null; take([...event.dataTransfer.files]); });
  addEventListener('beforeunload', (event) => { if (sending.busy()) event.preventDefault(); });
}

function pick(wanted) {
  target = wanted;
  byId('files').click();
}

async function take(files) {
  if (files.length === 0) return;
  const wanted = target;
  const chosen = wanted ? files.map((file) => ({ file, ...wanted })) : await ask(files, list);
  for (const { file, ...what } of chosen) sending.add(file, what);
  if (chosen.length) announce(`Envoi de ${counted(chosen.length, 'fichier', 'fichiers')}.`);
}

let last = '';

function onUpload(upload) {
  const row = document.querySelector(`[data-upload="${upload.offer.request}"]`);
  // A progress alone moves its bar: rows and focus stay where they are.
  if (row && row.dataset.standing === upload.state && upload.state === 'sending') {
    row.querySelector('progress').value = upload.sent;
    return setText(row.querySelector('.what'), progressWords(upload));
  }
  if (upload.state === 'failed' && upload.message !== last) announce(`${upload.file.name.slice(0, 60)} : ${upload.message}`);
  last = upload.message;
  paint();
}

/** Reads the list again until a file that arrived was looked at. */
async function follow(upload) {
  const began = Date.now();
  for (let pause = 400; Date.now() - began < PATIENCE; pause = Math.min(pause * 1.5, 5000)) {
    await new Promise((resolve) => { setTimeout(resolve, pause); });
    if (!sending.uploads.includes(upload)) return undefined;
    if (!await read()) continue;
    const found = list.documents.find((one) => one.id === upload.document);
    if (!found || found.standing === 'sending') continue;
    sending.done(upload);
    paint();
    return announce(`${found.title}, ${found.about} : ${found.word}. ${found.sentence}`);
  }
  upload.message = 'Le contrôle prend plus de temps que prévu. Le fichier est arrivé : revenez plus tard, il sera là.';
  return paint();
}

const same = (one, other) => one.kind === other.kind && (one.child ?? null) === (other.child ?? null);

function paint() {
  const uploads = sending?.uploads ?? [];
  const known = list.documents.filter((one) => !uploads.some((upload) => upload.document === one.id));
  const [current, old] = sorted(known);
  const shown = (gap) => ![...current, ...uploads].some((one) => same(one, gap));
  const rows = [
    ...uploads.map((upload) => ({ standing: upload.state, row: () => uploadRow(upload) })),
    ...current.map((one) => ({ standing: one.standing, row: () => documentRow(one) })),
    ...list.missing.filter(shown).map((gap) => ({ standing: 'missing', row: () => gapRow(gap) })),
  ];
  rows.sort((one, other) => ORDER.indexOf(one.standing) - ORDER.indexOf(other.standing));
  keepFocus(() => byId('sheets').replaceChildren(...rows.map(({ row }) => row())));
  byId('lead').replaceChildren(...lead(rows.length));
  byId('old').hidden = old.length === 0;
  setText(byId('old').firstElementChild, `Documents précédents (${old.length})`);
  byId('old-sheets').replaceChildren(...old.map(documentRow));
  byId('readings').hidden = list.readings.length === 0;
  byId('reading-list').replaceChildren(...list.readings.map((one) => h('li', {}, french(one.sentence))));
}

/** Of each kind and person the newest; the others are of the past. */
function sorted(documents) {
  const current = [];
  const old = [];
  for (const one of documents) {
    const newer = current.some((other) => same(other, one));
    (one.kind === 'other' || !newer ? current : old).push(one);
  }
  return [current, old];
}

function keepFocus(work) {
  const key = document.activeElement?.closest('.sheet')?.dataset.key;
  work();
  if (key) document.querySelector(`.sheet[data-key="${CSS.escape(key)}"] button`)?.focus();
}

function lead(rows) {
  const absent = list.missing.filter((gap) => gap.missing === 'absent').length;
  const again = list.missing.length - absent;
  const closing = list.missing.filter((gap) => gap.blocks);
  const closed = [...new Set(closing.flatMap((gap) => gap.closes))];
  const rest = closing.length ? ` En attendant, pas d’inscription${closed.length ? french(` pour : ${listed(closed)}`) : ''}.` : '';
  if (absent && again) return ['Il manque ', h('b', {}, counted(absent, 'pièce', 'pièces')), ' et ', h('b', {}, again > 1 ? `${again} autres sont à renvoyer` : 'une autre est à renvoyer'), `.${rest}`];
  if (absent) return ['Il manque ', h('b', {}, absent > 1 ? counted(absent, 'pièce', 'pièces') : 'une pièce'), `.${rest}`];
  if (again) return [h('b', {}, again > 1 ? `${again} pièces sont à renvoyer` : 'Une pièce est à renvoyer'), `.${rest}`];
  return [rows ? 'Rien ne manque à votre dossier.' : 'Aucun document pour l’instant. Ceux que la mairie vous demandera apparaîtront ici.'];
}

const progressWords = (upload) => `${upload.file.name.slice(-60)}, ${megabytes(upload.sent)} sur ${megabytes(upload.file.size)}`;

function uploadRow(upload) {
  const { title, about, state } = upload;
  const giveUp = (label) => act(label, upload, () => { sending.giveUp(upload); announce(`Envoi abandonné : ${title}.`); });
  const parts = {
    waiting: { word: 'En attente d’envoi', sentence: upload.file.name.slice(-60), acts: [giveUp('Annuler')] },
    sending: { word: 'Envoi en cours', sentence: progressWords(upload), progress: { sent: upload.sent, size: upload.file.size }, acts: [giveUp('Annuler')] },
    checking: { word: 'Contrôle en cours', sentence: upload.message || 'Le fichier est arrivé ; il est contrôlé avant d’être gardé.', acts: [] },
    failed: {
      word: 'Non envoyé', sentence: `${upload.file.name.slice(-60)} : ${upload.message}`, refused: true,
      acts: [upload.again
        ? act('Reprendre', upload, () => sending.again(upload))
        : act('Autre fichier', upload, () => { sending.giveUp(upload); pick({ kind: upload.kind, child: upload.child, title, about }); }),
      giveUp('Abandonner')],
    },
  };
  return sheet({ standing: state, title, about, ...parts[state], data: { 'data-upload': upload.offer.request, 'data-key': upload.offer.request } });
}

function documentRow(one) {
  const again = list.may_send && TO_DO.includes(one.standing) && act('Renvoyer', one, () => pick({ kind: one.kind, child: one.child, title: one.title, about: one.about }));
  const open = one.opens && act('Voir', one, () => look(family, one, { removable: one.removable && list.may_send, removed: () => { announce(`Supprimé : ${one.title}.`); read(); } }));
  return sheet({
    standing: one.standing, title: one.title, about: one.about, word: one.word, sentence: one.sentence,
    refused: ['refused', 'rejected', 'expired'].includes(one.standing), acts: [again, open].filter(Boolean),
    data: { 'data-document': one.id, 'data-kind': one.kind, 'data-child': one.child, 'data-key': one.id },
  });
}

function gapRow(gap) {
  return sheet({
    standing: 'missing', title: gap.title, about: gap.about, word: 'À envoyer', sentence: gap.sentence,
    acts: list.may_send ? [act('Envoyer', gap, () => pick({ kind: gap.kind, child: gap.child, title: gap.title, about: gap.about }))] : [],
    data: { 'data-gap': gap.kind, 'data-kind': gap.kind, 'data-child': gap.child, 'data-key': `${gap.kind}-${gap.child ?? ''}` },
  });
}
