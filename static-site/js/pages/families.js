// Familles: all families in a table, filtered by a sentence, in the order of their names; ticked, they are acted upon.
//
// Hooks for the browser's tests: #rows tr[data-family], #filter select, #count, #bar, #invite, #inviting.

import { listFamilies, Problem, sendInvitation } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { byId, h, setText } from '../lib/dom.js';
import { keepList } from '../lib/memory.js';
import { csv, saveSheet } from '../lib/save.js';
import { counted, french, listed } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { NO_REPLY } from '../components/field/field.js';
import { condition, CONDITIONS, sentence } from '../components/families/sentence.js';
import { childrenOf, PORTAL, row } from '../components/families/row.js';
import { key } from '../components/frame/keys.js';
import { openFrame } from '../components/frame/frame.js';

const READY = [['all', 'Toutes', {}], ['without_mel', 'Sans mél', { mel: 'none' }], ['without_quotient', 'QF inconnu', { quotient: 'unknown' }], ['piece_missing', 'Pièce manquante', { pieces: 'missing' }], ['late', 'Doit depuis 30 jours', { owes_days: '30' }]];
const rows = byId('rows');
const shown = new Map(); // the families of the table, by id, in its order
const ticked = new Set();
let office;
let asked = {}; // the conditions, as the API names them
let page; // the last answer
let total = 0;
let known = { schools: [], classes: [] };
let latest = 0;
let lastTicked = null;

start();

async function start() {
  const identity = await openFrame({ ask: true });
  office = officeOf(identity);
  if (!office) return;
  chooseOrganisation(identity.roles);
  const query = new URLSearchParams(location.search);
  asked = Object.fromEntries(CONDITIONS.filter((name) => query.get(name)).map((name) => [name, query.get(name)]));
  byId('new-family').hidden = !office.may.includes('keep-dossiers');
  byId('new-family').search = new URLSearchParams({ organisation: office.organisation });
  byId('all').addEventListener('change', tickAll);
  byId('next').addEventListener('click', more);
  byId('untick').addEventListener('click', () => { ticked.clear(); tell(); });
  byId('print').addEventListener('click', () => print());
  byId('export').addEventListener('click', exportTicked);
  byId('invite').addEventListener('click', preview);
  byId('inviting-no').addEventListener('click', () => byId('inviting').close());
  rows.addEventListener('click', onTick);
  key('j', 'Famille suivante', () => step(1));
  key('k', 'Famille précédente', () => step(-1));
  key('x', 'Cocher ou décocher la famille', tickInHand);
  key('f', 'Ajouter une condition', () => byId('filter').querySelector('.adds')?.focus());
  new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting) && !byId('next').hidden) more(); }).observe(byId('next'));
  await read();
}

/** Who works for several organisations chooses; the frame follows. */
function chooseOrganisation(roles) {
  const places = [...new Map(roles.map((role) => [role.organisation, role.organisation_name]))];
  byId('organisation-field').hidden = places.length < 2;
  byId('organisation').replaceChildren(...places.map(([id, name]) => h('option', { value: id, selected: id === office.organisation }, name)));
  byId('organisation').addEventListener('change', () => location.assign(`?${new URLSearchParams({ organisation: byId('organisation').value })}`));
}

const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

/** The table from its beginning, with the conditions as they are now. */
async function read() {
  const turn = ++latest;
  history.replaceState(null, '', `?${new URLSearchParams({ organisation: office.organisation, ...asked })}`);
  paintSentence();
  try {
    const answer = await listFamilies(office.organisation, asked);
    if (turn !== latest) return;
    page = answer;
    total = answer.count;
    shown.clear();
    ticked.clear();
    known = { schools: merged(known.schools, answer.schools), classes: merged(known.classes, answer.classes) };
    byId('page-error').replaceChildren();
    paintSentence();
    add(answer.families);
    rows.replaceChildren(...[...shown.values()].map((family) => row(family, office.organisation)));
    paintReady(answer.counts);
    tell();
    keepLines();
    announce(`${counted(total, 'famille', 'familles')}${answer.more ? ' ou plus' : ''}.`);
    await sayNone(turn);
  } catch (error) {
    if (turn !== latest) return;
    byId('page-error').replaceChildren(...trouble(words(error), read));
    announce(words(error));
  }
}

const merged = (one, other) => [...new Set([...one, ...other])].sort((a, b) => a.localeCompare(b, 'fr', { numeric: true }));
const add = (families) => { for (const family of families) shown.set(family.id, family); };

let reading = false;
async function more() {
  if (reading || !page.next) return;
  reading = true;
  const turn = latest;
  try {
    const answer = await listFamilies(office.organisation, { ...asked, after: page.next });
    if (turn !== latest) return;
    page = answer;
    // Where an answer did not look at all of them, the next one knows better.
    total = Math.max(total, shown.size + answer.count);
    add(answer.families);
    rows.append(...answer.families.map((family) => row(family, office.organisation)));
    tell();
    keepLines();
  } catch (error) {
    byId('page-error').replaceChildren(...trouble(words(error), more));
  } finally {
    reading = false;
  }
}

/** The filter as a sentence with blanks; a blank that changes is a new question. */
function paintSentence() {
  const had = document.activeElement?.name;
  byId('filter').replaceChildren(...sentence(asked, known, h('b', { id: 'count' }), (next) => { asked = next; read(); }));
  if (had) byId('filter').querySelector(`[name="${had}"]`)?.focus();
}

function paintReady(counts) {
  if (!counts) return;
  const now = new URLSearchParams(asked).toString();
  byId('ready').replaceChildren(...READY.map(([name, label, conditions]) => h('li', {}, h('a', {
    href: `?${new URLSearchParams({ organisation: office.organisation, ...conditions })}`,
    'aria-current': new URLSearchParams(conditions).toString() === now && 'true',
    onclick: (event) => { event.preventDefault(); asked = { ...conditions }; read(); },
  }, `${label} (${counts[name]})`))));
}

/** Nobody answers: which condition to take away, and how many would answer then. */
async function sayNone(turn) {
  const none = byId('none');
  none.hidden = total > 0;
  byId('families').hidden = total === 0 && shown.size === 0 && Object.keys(asked).length === 0;
  if (total > 0) return;
  const conditions = Object.keys(asked);
  if (conditions.length === 0) {
    return none.replaceChildren(french('La liste se prépare : les familles y sont dans l’heure. D’ici là, cherchez-les par leur nom.'));
  }
  none.replaceChildren('Aucune famille ne répond.');
  const without = conditions.map((name) => Object.fromEntries(Object.entries(asked).filter(([one]) => one !== name)));
  const answers = await Promise.all(without.map((rest) => listFamilies(office.organisation, rest).catch(() => null)));
  if (turn !== latest) return;
  none.replaceChildren('Aucune famille ne répond.', ...conditions.flatMap((name, at) => (answers[at]?.count ? [
    ' Retirez ', h('button', { type: 'button', class: 'link', onclick: () => { asked = without[at]; read(); } }, condition(name, asked[name])),
    french(` : ${counted(answers[at].count, 'répond', 'répondent')}.`)] : [])));
}

/** All that depends on what is shown and ticked. */
function tell() {
  for (const line of rows.children) {
    const on = ticked.has(line.dataset.family);
    line.classList.toggle('ticked', on);
    line.querySelector('input').checked = on;
  }
  const all = byId('all');
  all.checked = ticked.size > 0 && ticked.size === shown.size;
  all.indeterminate = ticked.size > 0 && ticked.size < shown.size;
  document.body.classList.toggle('some-ticked', ticked.size > 0);
  setText(byId('count'), `${total}${page.more && page.next ? '+' : ''}`);
  byId('next').hidden = !page.next;
  setText(byId('shown'), shown.size < total || page.next ? `${counted(shown.size, 'ligne', 'lignes')} sur ${total}${page.more ? ' ou plus' : ''}, les autres suivent en descendant.` : shown.size ? `${counted(shown.size, 'ligne', 'lignes')}.` : '');
  setText(byId('as-of'), page.as_of ? french(`Ce que chacune doit, ce qui manque et les connexions : tels qu’à ${clock(page.as_of)}.`) : '');
  paintBar();
}

/** What a family's page walks through: the lines that are read, in their order. */
function keepLines() {
  keepList({ organisation: office.organisation, address: location.pathname + location.search, words: listWords(), families: [...shown.values()].map(({ id, name }) => [id, name]), total, more: page.more });
}

/** The list in a few words: "Jules-Ferry, sans mél". */
const listWords = () => Object.entries(asked).map(([name, value]) => condition(name, value)).join(', ') || 'toutes les familles';

function clock(instant) {
  const [hour, minute] = new Date(instant).toLocaleTimeString('fr-FR', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' }).split(':');
  return `${Number(hour)} h ${minute}`;
}

const chosen = () => [...ticked].map((id) => shown.get(id)).filter(Boolean);
const toInvite = () => chosen().filter((family) => family.mel && family.portal !== 'member');

function paintBar() {
  byId('bar').hidden = ticked.size === 0;
  if (ticked.size === 0) return;
  setText(byId('ticked'), '');
  byId('ticked').append(h('b', {}, `${ticked.size} ${ticked.size > 1 ? 'cochées' : 'cochée'}`), ` sur ${total}`);
  const invited = toInvite().length;
  byId('invite').hidden = !office.may.includes('invite-adults') || invited === 0;
  setText(byId('invite'), `Inviter (${invited})`);
  const without = chosen().filter((family) => !family.mel).length;
  setText(byId('left-out'), without ? french(`${without === 1 ? '1 n’a' : `${without} n’ont`} pas de mél : à joindre par téléphone.`) : '');
}

function onTick(event) {
  if (!event.target.matches('input[type=checkbox]')) return;
  const id = event.target.closest('tr').dataset.family;
  const on = event.target.checked;
  const ids = [...shown.keys()];
  // Shift goes to here from where one ticked last.
  const from = event.shiftKey && lastTicked !== null ? ids.indexOf(lastTicked) : ids.indexOf(id);
  const [first, last] = [from, ids.indexOf(id)].sort((a, b) => a - b);
  for (const one of ids.slice(first, last + 1)) if (on) ticked.add(one); else ticked.delete(one);
  lastTicked = id;
  tell();
}

function tickAll() {
  const on = byId('all').checked;
  for (const id of shown.keys()) if (on) ticked.add(id); else ticked.delete(id);
  tell();
}

const inHand = () => document.activeElement?.closest('#rows tr');

function step(by) {
  const lines = [...rows.children];
  if (lines.length === 0) return false;
  const at = lines.indexOf(inHand());
  const next = at < 0 ? (by > 0 ? 0 : lines.length - 1) : at + by;
  if (next >= lines.length) { more(); return true; }
  lines[Math.max(next, 0)].querySelector('a').focus();
  return true;
}

function tickInHand() {
  const line = inHand();
  if (!line) return false;
  const id = line.dataset.family;
  if (ticked.has(id)) ticked.delete(id); else ticked.add(id);
  lastTicked = id;
  tell();
  announce(`Famille ${shown.get(id).name} ${ticked.has(id) ? 'cochée' : 'décochée'} : ${ticked.size} en tout.`);
  return true;
}

function exportTicked() {
  const head = ['Famille', 'Enfants et classes', 'Téléphone', 'Mél', 'QF', 'Doit', 'Pièces manquantes', 'Portail'];
  const lines = chosen().map((one) => [one.name, childrenOf(one), one.phone, one.mel, one.quotient ?? 'inconnu', one.owed ?? '', one.missing || '', PORTAL[one.portal]]);
  saveSheet(csv([head, ...lines]), 'familles.csv');
  announce(`${counted(lines.length, 'famille exportée', 'familles exportées')}.`);
}

/** Who is invited and who is not, before anything is sent. */
function preview() {
  const who = toInvite();
  const dialog = byId('inviting');
  const out = (label, some) => (some.length ? h('li', {}, french(`${label} : ${listed(some.map((one) => one.name))}.`)) : null);
  setText(byId('inviting-title'), `Inviter ${counted(who.length, 'famille', 'familles')}`);
  byId('inviting-out').replaceChildren(...[
    out('Sans mél, personne ne reçoit rien', chosen().filter((one) => !one.mel)),
    out('Déjà connectées, elles ne sont pas invitées', chosen().filter((one) => one.mel && one.portal === 'member')),
  ].filter(Boolean));
  byId('inviting-faults').replaceChildren();
  setText(byId('inviting-said'), '');
  setText(byId('inviting-yes'), `Envoyer ${counted(who.length, 'invitation', 'invitations')}`);
  byId('inviting-yes').hidden = false;
  setText(byId('inviting-no'), 'Ne rien envoyer');
  const requests = new Map(who.map((one) => [one.id, crypto.randomUUID()]));
  let sending = false;
  dialog.querySelector('form').onsubmit = async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    await sendAll(who, requests);
    sending = false;
  };
  dialog.showModal();
}

/** One after the other; sent again, the same requests send nothing twice. */
async function sendAll(who, requests) {
  let sent = 0;
  const faults = [];
  for (const one of who) {
    setText(byId('inviting-said'), `${sent + faults.length} sur ${who.length}…`);
    try {
      await sendInvitation({ organisation: office.organisation, family: one.id }, { request: requests.get(one.id), mel: one.mel });
      sent += 1;
    } catch (error) {
      faults.push(h('li', {}, french(`${one.name} : ${words(error)}`)));
    }
  }
  byId('inviting-faults').replaceChildren(...faults);
  setText(byId('inviting-said'), french(`${counted(sent, 'invitation part', 'invitations partent')}${faults.length ? `, ${faults.length} non : voyez pourquoi` : ''}.`));
  byId('inviting-yes').hidden = faults.length === 0;
  setText(byId('inviting-yes'), 'Recommencer');
  setText(byId('inviting-no'), 'Fermer');
  await read();
}

