// Chercher, above every sheet of agents: answers come down under the line while one types; arrows choose, Enter opens,
// Escape goes back where one was.
//
// Hooks for the browser's tests: #find, #finds [role=option].

import { Problem, search } from '../../lib/api.js';
import { byId, h, setText } from '../../lib/dom.js';
import { counted, french, searched } from '../../lib/text.js';
import { NO_REPLY } from '../field/field.js';

const WAIT = 250;
const SHORTEST = 2; // letters that may find something
const GROUPS = [['family', 'Familles'], ['child', 'Enfants'], ['adult', 'Adultes et proches'], ['phone', 'Téléphones'], ['mel', 'Méls'], ['street', 'Rues'], ['class', 'Classes'], ['invoice', 'Factures']];
let organisation;
let waiting;
let latest = 0;
let came = null; // from where one came, for Escape
let found = []; // the answers, in the order they are shown
let kept = ''; // what the answers below answer

/** Ready for this organisation. */
export function openFinder(place) {
  organisation = place;
  const input = byId('find');
  if (input.dataset.ready) return;
  input.dataset.ready = 'true';
  byId('finder').addEventListener('submit', (event) => { event.preventDefault(); open(); });
  input.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(find, WAIT); });
  input.addEventListener('focus', (event) => { came ??= event.relatedTarget ?? document.body; if (kept && kept === input.value.trim()) sheet(true); });
  input.addEventListener('keydown', onKey);
  document.addEventListener('pointerdown', (event) => { if (!event.target.closest('.sheet-top')) sheet(false); });
  document.addEventListener('focusin', (event) => { if (!event.target.closest('.sheet-top')) sheet(false); });
}

export function focusFinder() {
  const input = byId('find');
  came = document.activeElement;
  input.focus();
  input.select();
}

function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) { event.preventDefault(); return choose(step); }
  if (event.key !== 'Escape') return;
  event.preventDefault();
  sheet(false);
  const back = came;
  came = null;
  if (back && back !== document.body && back.isConnected) back.focus();
  else byId('find').blur();
}

const options = () => [...byId('finds').querySelectorAll('[role=option]')];
const chosen = () => options().find((one) => one.getAttribute('aria-selected') === 'true');

function choose(step) {
  const all = options();
  if (all.length === 0) return;
  sheet(true);
  const at = all.indexOf(chosen());
  select(all[(at + step + all.length) % all.length]);
}

function select(option) {
  for (const one of options()) one.setAttribute('aria-selected', String(one === option));
  byId('find').setAttribute('aria-activedescendant', option?.id ?? '');
  option?.scrollIntoView({ block: 'nearest' });
  fiche(found[options().indexOf(option)]);
}

/** Enter: the chosen answer; where the answers are not there yet, they are asked for. */
async function open() {
  if (kept !== byId('find').value.trim()) await find();
  chosen()?.querySelector('a').click();
}

async function find() {
  clearTimeout(waiting);
  const asked = ++latest;
  const text = byId('find').value.trim();
  if (text.length < SHORTEST) { kept = ''; setText(byId('find-said'), ''); return sheet(false); }
  try {
    const { hits, more } = await search(organisation, text);
    if (asked !== latest) return;
    kept = text;
    show(hits, text);
    say(hits.length === 0 ? `Rien ne correspond à « ${text} ».` : `${counted(hits.length, 'réponse', 'réponses')}${more ? ', et d’autres : précisez' : ''}.`);
  } catch (error) {
    if (asked === latest) { kept = ''; found = []; sheet(false); say(error instanceof Problem ? error.message : NO_REPLY); }
  }
}

const say = (sentence) => setText(byId('find-said'), french(sentence));

/** Under a heading each: families, children, adults and so on, as the server puts them. */
function show(hits, text) {
  const groups = GROUPS.map(([by, label]) => [label, hits.filter((hit) => hit.by === by)]).filter(([, some]) => some.length > 0);
  let at = 0;
  byId('finds').replaceChildren(...groups.map(([label, some], number) => h('div', { role: 'group', 'aria-labelledby': `finds-${number}` },
    h('div', { class: 'finds-head', id: `finds-${number}`, role: 'presentation' }, h('span', {}, label), h('span', { 'aria-hidden': 'true' }, String(some.length))),
    some.map((hit) => option(hit, at++, text)))));
  found = groups.flatMap(([, some]) => some);
  select(options()[0]);
  sheet(hits.length > 0);
}

const pages = (family) => {
  const page = `/famille.html?${new URLSearchParams({ organisation, famille: family.id })}`;
  return { week: page, dossier: `${page}&onglet=dossier`, account: `${page}&onglet=compte`, pieces: `${page}&onglet=pieces` };
};

function option(hit, at, text) {
  const { family } = hit;
  const ofFamily = hit.by === 'family';
  const second = ofFamily ? family.children.join(', ') : `famille ${family.name}${hit.by === 'child' ? '' : `, ${family.children.join(', ')}`}`;
  const go = hit.by === 'invoice' ? pages(family).account : pages(family).dossier;
  return h('div', { role: 'option', id: `find-${at}`, 'aria-selected': 'false', onclick: (event) => { if (!event.target.closest('a')) event.currentTarget.querySelector('a').click(); } },
    h('a', { href: go, tabindex: '-1' }, marked(french(hit.text), text)),
    h('span', { class: 'find-second' }, second),
    h('span', { class: 'find-third' }, hit.by === 'phone' ? '' : french(family.phone)),
    h('kbd', { 'aria-hidden': 'true' }, 'Entrée'));
}

/** Beside the answers: the family of the chosen one, and where to go with it. */
function fiche(hit) {
  const place = byId('find-fiche');
  if (!hit) return place.replaceChildren();
  const { family } = hit;
  const link = (href, words) => h('li', {}, h('a', { href, tabindex: '-1' }, words));
  const to = pages(family);
  place.replaceChildren(
    h('p', { class: 'fiche-name' }, `Famille ${family.name}`),
    h('ul', { class: 'fiche-children' }, family.children.map((child) => h('li', {}, child))),
    ...(family.phone ? [h('p', { class: 'fiche-phone tel' }, french(family.phone))] : []),
    h('ul', { class: 'fiche-links' }, link(to.week, 'Semaine'), link(to.dossier, 'Dossier'), link(to.account, 'Compte'), link(to.pieces, 'Pièces')));
}

/** The part of a text that was searched for, underlined; figures also where they were typed with other spaces. */
function marked(name, text) {
  const words = searched(text).split(/\s+/).filter(Boolean);
  const plain = searched(name).length === name.length ? searched(name) : name.toLowerCase();
  const word = words.find((one) => plain.includes(one));
  if (!word) return [name];
  const at = plain.indexOf(word);
  return [name.slice(0, at), h('mark', {}, name.slice(at, at + word.length)), name.slice(at + word.length)];
}

function sheet(open) {
  byId('finds-sheet').hidden = !open;
  byId('find').setAttribute('aria-expanded', String(open));
  document.body.classList.toggle('finding', open);
}
