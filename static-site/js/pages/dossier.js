// Mon dossier: fiches and children, changed freely, validated at once. What is typed stays in this tab until then.
//
// Hooks for the browser's tests: #tabs a[data-tab=ID|enfants], #add, [data-fiche=ID], [name=PLACE], [data-end|undo=ID],
// [data-settle=mine|theirs], #changes, #validate, #saved; .plates button[value=CHILD], [data-open-health=CHILD], [data-close-health=CHILD].

import { decideCheck, Problem, saveDossier, showDossier, showHealth } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { byId, h, setText } from '../lib/dom.js';
import { chosenFamily } from '../lib/identity.js';
import { keepDraft, keptDraft } from '../lib/memory.js';
import { counted, french, listed } from '../lib/text.js';
import { trouble } from '../components/desk/office.js';
import { childrenPanel } from '../components/dossier/children.js';
import { decision } from '../components/dossier/decision.js';
import { fichePanel, titleOf, titleWords } from '../components/dossier/fiche.js';
import { textOf } from '../components/dossier/inputs.js';
import { Sheet } from '../components/dossier/sheet.js';
import { mark, NO_REPLY } from '../components/field/field.js';
import { nameFamily, openFrame } from '../components/frame/frame.js';

const form = byId('dossier');
const CHILDREN = 'enfants';
let family;
let key; // of what this person typed here
let lost = new Map(); // the last known texts of fiches, should one be written again

/** What the components see of this page. */
const page = {
  sheet: new Sheet(), dossier: null, health: null, readOnly: true,
  nameOf: (id) => titleOf(page, id).name || id,
  settle(place, mine) { page.sheet.settle(place, mine); paint(); focusPlace(place); },
  settleFiche(id, again) { page.sheet.settleFiche(id, again, Object.fromEntries(lost)); paint(); },
  end(id) { page.sheet.end(id); const kept = page.sheet.ends.includes(id); paint(); if (kept) byId(`title-${id}`).focus(); else go(page.dossier.fiches[0]?.id ?? CHILDREN); },
  undoEnd(id) { page.sheet.undoEnd(id); paint(); byId(`title-${id}`).focus(); },
  readHealth: (child) => readHealth(child),
  child: new URLSearchParams(location.search).get('enfant'),
  opened: null, // the child whose envelope is open
  showChild,
  openHealth,
  fill,
  decision: (waiting) => decision(waiting, (answer) => decide(answer)),
  childAddress: (child) => `/enfant.html?${new URLSearchParams({ organisation: family.organisation, famille: family.family, ...(child && { enfant: child }) })}`,
};

start();

async function start() {
  const identity = await openFrame();
  family = chosenFamily(identity);
  if (!family) return byId('page-error').replaceChildren(h('p', {}, 'Votre compte n’est rattaché à aucune famille.'));
  key = `${identity.account.identifiant}.${family.organisation}.${family.family}`;
  for (const kind of ['input', 'change']) form.addEventListener(kind, typed);
  form.addEventListener('submit', (event) => { event.preventDefault(); validate(); });
  byId('add').addEventListener('click', add);
  byId('drop').addEventListener('click', drop);
  new ResizeObserver(cover).observe(byId('bar'));
  new ResizeObserver(scrollTabs).observe(byId('tabs'));
  addEventListener('popstate', () => { if (page.dossier) { paintTabs(); showPanel(); } });
  const draft = keptDraft(key);
  if (draft) page.sheet.restore(draft);
  await read();
  if (draft && page.sheet.count() > 0) say('Ce que vous aviez écrit sans le valider est toujours là.');
}

async function read() {
  try {
    const dossier = await showDossier(family);
    if (!dossier.agent && !page.health) page.health = await showHealth(family);
    show(dossier);
    byId('page-error').replaceChildren();
  } catch (error) {
    byId('page-error').replaceChildren(...trouble(words(error), read));
  }
}

const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

/** The server's word: what is typed stays over it. */
function show(dossier) {
  page.dossier = dossier;
  page.readOnly = !dossier.may_change;
  page.sheet.take(dossier, page.health);
  for (const fiche of dossier.fiches) for (const [field, text] of Object.entries(fiche.values)) lost.set(`fiche.${fiche.id}.${field}`, text);
  if (dossier.agent) nameFamily('Dossier', dossier.name);
  byId('to-situation').hidden = !dossier.agent;
  byId('to-situation').firstElementChild.search = new URLSearchParams({ organisation: family.organisation, famille: family.family });
  byId('to-my-data').hidden = dossier.agent;
  byId('to-my-data').firstElementChild.search = new URLSearchParams({ organisation: family.organisation, famille: family.family });
  setText(byId('saved'), dossier.saved ? french(`Dernières modifications : ${dossier.saved}.`) : '');
  paint();
}

/** The fiches in order, those that somebody else ended while this person wrote in them, the new ones. */
function ficheIds() {
  const known = page.dossier.fiches.map((fiche) => fiche.id);
  const gone = [...page.sheet.conflicts].filter(([, theirs]) => theirs === null).map(([place]) => place.split('.')[1]);
  return [...new Set([...known, ...gone, ...page.sheet.adds])];
}

function current() {
  const asked = new URLSearchParams(location.search).get('fiche');
  const ids = ficheIds();
  return asked === CHILDREN || ids.includes(asked) ? asked : page.dossier.own ?? ids[0] ?? CHILDREN;
}

function address(id) {
  const query = new URLSearchParams(location.search);
  query.set('fiche', id);
  return `?${query}`;
}

function go(id) {
  history.pushState(null, '', address(id));
  if (page.opened) { page.opened = null; paint(); }
  paintTabs();
  showPanel();
  byId(`title-${id}`)?.focus();
}

function paint() {
  byId('panels').replaceChildren(...ficheIds().map((id) => fichePanel(page, id)), childrenPanel(page));
  paintTabs();
  showPanel();
  count();
}

function paintTabs() {
  const tab = (id, role, name) => h('li', {}, h('a', { href: address(id), 'data-tab': id, 'aria-current': id === current() ? 'true' : null, class: page.sheet.ends.includes(id) ? 'ending' : null, onclick: (event) => { event.preventDefault(); go(id); } }, h('span', {}, role), ' ', h('b', {}, name || '…')));
  const fiches = ficheIds().map((id) => { const { role, name } = titleOf(page, id); return tab(id, role, name); });
  byId('tabs').replaceChildren(...fiches, tab(CHILDREN, 'ENFANTS', listed(page.dossier.children.map((child) => child.first_name)) || 'Aucun'));
  scrollTabs();
  byId('add').hidden = page.readOnly;
}

/** The strip of a phone scrolls on its own: the fiche that is shown stands in it, with a piece of the one before. */
function scrollTabs() {
  const tabs = byId('tabs');
  const shown = tabs.querySelector('[aria-current]');
  if (shown) tabs.scrollLeft = shown.offsetLeft - tabs.offsetLeft - 36;
}

function showPanel() {
  for (const panel of byId('panels').children) panel.classList.toggle('away', panel.dataset.fiche !== current());
}

/** Another child: what was open of the one before is closed. */
function showChild(id) {
  page.child = id;
  page.opened = null;
  paint();
  document.querySelector(`.plates [value="${CSS.escape(id)}"]`)?.focus();
}

/** Opens the envelope of a child, or closes it; the focus goes to what stands there then. */
function openHealth(id, closed) {
  page.opened = id;
  paint();
  const place = id ? `[data-close-health="${CSS.escape(id)}"]` : `[data-open-health="${CSS.escape(closed)}"]`;
  form.querySelector(place)?.focus();
}

/** Writes texts as if they had been typed. */
function fill(texts) {
  for (const [place, text] of texts) page.sheet.type(place, text);
  paint();
  focusPlace(texts[0][0]);
}

function add() {
  const id = page.sheet.add();
  history.pushState(null, '', address(id));
  paint();
  byId(`fiche.${id}.role`).focus();
}

function typed({ target }) {
  const { place } = target.dataset;
  if (!place) return;
  page.sheet.type(place, textOf(target));
  setText(byId('said'), '');
  unmark(place);
  // Allowed and not allowed are one choice, shown as two boxes; one address is for the invoices, on all fiches.
  for (const other of form.querySelectorAll(`[name="${CSS.escape(place)}"]`)) {
    if (other.type === 'checkbox') other.checked = page.sheet.now(place) === other.dataset.on;
  }
  for (const shown of form.querySelectorAll(`[data-of="${CSS.escape(place)}"]`)) shown.classList.toggle('changed', page.sheet.changed(place));
  const named = /^fiche\.(.*)\.(role|last_name|first_name)$/.exec(place)?.[1];
  if (named) {
    paintTabs();
    byId(`title-${named}`).replaceChildren(...titleWords(page, named));
  }
  // The last refusal is over once nothing of it is left to correct.
  if (!form.querySelector('[aria-invalid=true]') && page.sheet.conflicts.size === 0) byId('refused').replaceChildren();
  count();
}

function unmark(place) {
  for (const input of form.querySelectorAll(`[name="${CSS.escape(place)}"][aria-invalid]`)) {
    input.removeAttribute('aria-invalid');
    input.closest('.field').querySelector('.refusal')?.remove();
  }
}

/** How much of the window's foot the bar and the menu under it cover: what gets the focus is scrolled above them. */
function cover() {
  const bar = byId('bar');
  const sticks = getComputedStyle(bar).position === 'sticky';
  document.documentElement.style.setProperty('--covered', sticks ? `${bar.offsetHeight + parseFloat(getComputedStyle(bar).bottom)}px` : '5rem');
}

/** The bar says what waits, and is there only for that; the tab keeps it, and warns before it is left. */
function count() {
  const changes = page.sheet.count();
  const wrong = form.querySelectorAll('[aria-invalid=true]').length;
  const open = page.sheet.conflicts.size;
  const parts = [counted(changes, 'modification à valider', 'modifications à valider'), wrong && counted(wrong, 'champ à corriger', 'champs à corriger'), open && counted(open, 'choix à faire', 'choix à faire')];
  setText(byId('changes'), changes === 0 ? '' : parts.filter(Boolean).join(', '));
  for (const id of ['drop', 'validate']) byId(id).hidden = changes === 0;
  byId('bar').toggleAttribute('data-changes', changes > 0);
  showBar();
  keepDraft(key, page.sheet.draft());
  removeEventListener('beforeunload', guard);
  if (changes > 0) addEventListener('beforeunload', guard);
}

/** Without a change the bar only repeats what was just said. */
function showBar() {
  byId('bar').hidden = page.readOnly || !(page.sheet.count() > 0 || byId('said').textContent || byId('refused').hasChildNodes());
}

const guard = (event) => event.preventDefault();

function drop() {
  page.sheet = new Sheet();
  show(page.dossier);
  say('Vos modifications non validées sont abandonnées.');
  byId('said').focus();
}

async function validate() {
  const button = byId('validate');
  if (button.getAttribute('aria-disabled') === 'true') return;
  if (page.sheet.count() === 0) return undefined;
  if (page.sheet.conflicts.size > 0) { say('Choisissez d’abord la bonne réponse.'); return focusConflict(); }
  button.setAttribute('aria-disabled', 'true');
  try {
    const sent = page.sheet.save();
    const dossier = await saveDossier(family, sent);
    // An agent who wants to see it again reads it again, and that is kept.
    if (page.health && sent.changes.some(({ place }) => place.startsWith('child.'))) page.health = dossier.agent ? null : await showHealth(family);
    const place = document.activeElement?.name;
    page.sheet = new Sheet();
    show(dossier);
    const wait = !dossier.agent && sent.changes.some((change) => dossier.waiting.some((one) => one.place === change.place));
    say(`Vos modifications sont enregistrées.${wait ? ' Certaines attendent la mairie.' : ''}`);
    // Painting anew takes the field away from under who pressed Enter in it, and the bar its own button.
    if (place) focusPlace(place);
    else byId('said').focus();
  } catch (error) {
    await refused(error);
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

async function refused(error) {
  say('');
  if (!(error instanceof Problem)) return complain(NO_REPLY);
  if (error.code === 'changed-meanwhile') {
    if (!page.dossier.agent) page.health = null;
    await read();
    for (const { place, theirs } of error.changed) if (page.sheet.changed(place)) page.sheet.conflicts.set(place, theirs);
    paint();
    complain(error.message);
    if (error.errors.length) markAll(error.errors);
    return focusConflict();
  }
  complain(error.message);
  markAll(error.errors);
}

/** Each error under its field, on whichever fiche; the focus on the first. */
function markAll(errors) {
  const inputs = errors.map(({ field, detail }) => {
    const input = form.querySelector(`[name="${CSS.escape(field)}"]`);
    mark(input, detail);
    return input;
  }).filter(Boolean);
  count();
  const first = [...form.querySelectorAll('[aria-invalid=true]')].find((input) => inputs.includes(input));
  if (first) focusInput(first);
}

function focusInput(input) {
  const id = input.closest('[data-fiche]').dataset.fiche;
  if (id !== current()) { history.pushState(null, '', address(id)); paintTabs(); showPanel(); }
  const found = reveal(input);
  found.closest('details')?.setAttribute('open', '');
  found.focus();
}

/** What stands with a child that is not shown, or in its envelope, is brought to light. */
function reveal(input) {
  const child = input.closest('[data-child]')?.dataset.child;
  const sealed = input.closest('.opened[hidden]');
  if (!child || (!sealed && !input.closest('.child-block.away'))) return input;
  page.child = child;
  if (sealed) page.opened = child;
  for (const block of form.querySelectorAll('.child-block')) block.classList.toggle('away', block.dataset.child !== child);
  for (const plate of form.querySelectorAll('.plates button')) plate.setAttribute('aria-pressed', String(plate.value === child));
  if (sealed) { sealed.hidden = false; sealed.parentElement.querySelector('.sealed').hidden = true; }
  return input;
}

const focusPlace = (place) => { const input = form.querySelector(`[name="${CSS.escape(place)}"]`); if (input) focusInput(input); };

function focusConflict() {
  const note = form.querySelector('.meanwhile');
  if (note) focusInput(note);
}

function say(sentence) {
  byId('refused').replaceChildren();
  setText(byId('said'), french(sentence));
  showBar();
  if (sentence) announce(sentence);
}

function complain(sentence) {
  setText(byId('said'), '');
  byId('refused').replaceChildren(h('p', { class: 'refusal', role: 'alert' }, french(sentence)));
  showBar();
}

async function readHealth(child) {
  try {
    page.health = await showHealth(family);
    page.opened = child;
    show(page.dossier);
    form.querySelector(`[data-close-health="${CSS.escape(child)}"]`)?.focus();
  } catch (error) {
    complain(words(error));
  }
}

async function decide(answer) {
  try {
    const dossier = await decideCheck(family, answer);
    show(dossier);
    say('C’est noté : la famille le voit dans son dossier.');
  } catch (error) {
    complain(words(error));
    if (error instanceof Problem && error.code === 'changed-meanwhile') await read();
  }
}
