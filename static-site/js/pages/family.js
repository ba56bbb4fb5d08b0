// One family, one page: its head and its notes beside five tabs, each with an address of its own.
//
// Hooks for the browser's tests: #title, #walk a[rel=prev|next], #facts, a[data-tab=NAME], [data-panel=NAME], #notes; the panels say theirs.

import { listDocuments, listInvoices, NoReply, Problem, showDossier, showHistory, showSituations, showSummary, showWeek } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { isDay } from '../lib/dates.js';
import { byId, h } from '../lib/dom.js';
import { mayIn } from '../lib/identity.js';
import { french } from '../lib/text.js';
import { accountPanel } from '../components/family/account.js';
import { dossierPanel } from '../components/family/dossier.js';
import { historyPanel } from '../components/family/history.js';
import { onKeys } from '../components/family/keys.js';
import { paintHead } from '../components/family/head.js';
import { paintWalk } from '../components/family/walk.js';
import { Notes } from '../components/family/notes.js';
import { PiecesPanel } from '../components/family/pieces.js';
import { FamilyWeek } from '../components/family/week.js';
import { openFrame } from '../components/frame/frame.js';

const TABS = ['semaine', 'dossier', 'compte', 'pieces', 'histoire'];
const HALF_A_YEAR = 26; // weeks
const panels = { dossier: dossier, compte: account, pieces: pieces, histoire: history };

let place;
let summary;
let week;
let notes;
let shown; // the tab that was asked for last: an answer that comes later for another is not shown

start();

async function start() {
  const identity = await openFrame();
  const query = new URLSearchParams(location.search);
  place = { organisation: query.get('organisation'), family: query.get('famille') };
  if (!place.family || !identity.roles.some((role) => role.organisation === place.organisation)) return location.replace('/familles.html');
  for (const link of tabs()) {
    link.hidden = !mayIn(identity, place.organisation, link.dataset.may);
    link.href = address(link.dataset.tab);
  }
  for (const link of document.querySelectorAll('[data-lead]')) link.href = lead(link.dataset.lead);
  document.querySelector('.family-tabs').addEventListener('click', follow);
  byId('facts').addEventListener('click', follow);
  week = new FamilyWeek(place, { lead, go: (day) => { week.day = day; turnTo('semaine', day); } });
  notes = new Notes(byId('notes'), place);
  addEventListener('popstate', () => show());
  paintWalk(byId('walk'), place, sameTabOf);
  onKeys([
    ...tabs().filter((link) => !link.hidden).map((link) => [link.getAttribute('aria-keyshortcuts'), link.firstChild.textContent.trim(), () => turnTo(link.dataset.tab)]),
    ['n', 'Ajouter une note', () => notes.open()],
    ...(byId('walk').hidden ? [] : [['[', 'Famille précédente de la liste', () => walk('prev')], [']', 'Famille suivante de la liste', () => walk('next')]]),
    ['v', 'Passer outre les limites', () => { if (shown === 'semaine') week.turn(); }],
  ]);
  await Promise.all([head(), show()]);
}

/** The tab that is shown, of another family. */
const sameTabOf = (family) => `/famille.html?${new URLSearchParams({ organisation: place.organisation, famille: family, ...(shown && { onglet: shown }) })}`;
const walk = (rel) => byId('walk').querySelector(`a[rel=${rel}]`)?.click();

const tabs = () => [...document.querySelectorAll('[data-tab]')];

const query = (more = {}) => new URLSearchParams({ organisation: place.organisation, famille: place.family, ...more });
const address = (tab, day) => `/famille.html?${query({ onglet: tab, ...(day && { jour: day }) })}`;
/** Another page about this family; `more`: what its address says beside it, or its part. */
function lead(page, more = {}) {
  return typeof more === 'string' ? `${page}?${query()}#${more}` : `${page}?${query(more)}`;
}

/** A tab is a link: only a plain press stays on the page. */
function follow(event) {
  const link = event.target.closest('a');
  const tab = link && new URL(link.href).pathname === '/famille.html' && new URLSearchParams(link.search).get('onglet');
  if (!tab || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  turnTo(tab);
}

function turnTo(tab, day) {
  window.history.pushState(null, '', address(tab, day));
  show();
}

/** The tab of the address. */
async function show() {
  const asked = new URLSearchParams(location.search);
  const open = tabs().filter((link) => !link.hidden).map((link) => link.dataset.tab);
  const tab = open.includes(asked.get('onglet')) ? asked.get('onglet') : open[0];
  shown = tab;
  for (const link of tabs()) link.toggleAttribute('aria-current', false);
  document.querySelector(`[data-tab="${tab}"]`)?.setAttribute('aria-current', 'page');
  for (const panel of document.querySelectorAll('[data-panel]')) panel.hidden = panel.dataset.panel !== tab;
  byId('page-error').replaceChildren();
  paintWalk(byId('walk'), place, sameTabOf);
  name();
  if (tab === 'semaine') return week.open(isDay(asked.get('jour')) ? asked.get('jour') : null);
  await fill(tab);
}

async function fill(tab) {
  try {
    await panels[tab](document.querySelector(`[data-panel="${tab}"]`));
  } catch (error) {
    if (shown === tab) fail(error, () => fill(tab));
  }
}

const paint = (panel, parts) => { if (panel.dataset.panel === shown) panel.replaceChildren(...parts.flat().filter(Boolean)); };

async function head() {
  try {
    summary = await showSummary(place);
    paintHead(summary, address);
    notes.show(summary);
    name();
  } catch (error) { fail(error, head, byId('children')); }
}

function name() {
  const tab = document.querySelector('[data-tab][aria-current]')?.firstChild.textContent.trim();
  if (summary) document.title = `${tab}, famille ${summary.name} – Préau`;
}

async function dossier(panel) {
  const [read, situations] = await Promise.all([showDossier(place), showSituations(place)]);
  paint(panel, dossierPanel(read, situations, lead));
}

async function account(panel) {
  const [read, now] = await Promise.all([listInvoices(place), showWeek(place).catch(() => null)]);
  paint(panel, accountPanel(place, read, { estimate: now?.estimate, today: now?.today, lead, recorded: async () => { await Promise.all([account(panel), head()]); } }));
}

async function pieces(panel) {
  const read = await listDocuments(place);
  paint(panel, new PiecesPanel(place, read, { lead, decided: async () => { await Promise.all([pieces(panel), head()]); } }).parts());
}

async function history(panel) {
  const [read, { readings }] = await Promise.all([showHistory(place, null, HALF_A_YEAR), listDocuments(place)]);
  paint(panel, historyPanel(read, readings));
}

/** `box`: where it is said; what a tab could not read, above it. */
function fail(error, again, box = byId('page-error')) {
  if (!(error instanceof Problem || error instanceof NoReply)) reportError(error); // ours, not the network's
  const sentence = error instanceof Problem ? error.message : 'Pas de réponse du serveur. Vérifiez votre connexion.';
  box.replaceChildren(h('p', { class: 'refusal' }, french(sentence)), h('button', { type: 'button', class: 'button', onclick: again }, 'Relire'));
  announce(sentence);
}
