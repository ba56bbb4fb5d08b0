// Présences: the roll of an activity on a day, for agents.
//
// Hooks for the browser's tests: #activity, #day, #previous-day, #next-day, #title, #counts, #filter, #all-present,
// #roll [data-child=ID] with input[type=radio], input[name=arrived|left], button[data-undo]; #add-child, button[data-add=ID].

import { markPresent, nameUntaken, noteAttendance, Problem, showAttendance } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { addDays, readDate } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { takeUntaken } from '../lib/memory.js';
import { counted, french, searched } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { mark, clearErrors, NO_REPLY } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';
import { openAddChild } from '../components/roll/add-child.js';
import { markWords, rollRow } from '../components/roll/row.js';

const PAGE = 'roll';
const form = byId('which');
let office;
let shown; // the answer the page shows; its lines follow every note
let latest = 0;

start();

async function start() {
  office = officeOf(await openFrame());
  if (!office) return;
  form.addEventListener('submit', (event) => { event.preventDefault(); typedDay(); });
  form.elements.activity.addEventListener('change', () => go({ activity: form.elements.activity.value }));
  form.elements.day.addEventListener('change', typedDay);
  byId('previous-day').addEventListener('click', () => shown && go({ day: addDays(shown.day, -1) }));
  byId('next-day').addEventListener('click', () => shown && go({ day: addDays(shown.day, 1) }));
  byId('filter').addEventListener('input', filter);
  byId('all-present').addEventListener('click', allPresent);
  addEventListener('popstate', () => read());
  openAddChild(office.organisation, add);
  nameUntaken(untaken);
  await read();
  sayUntaken();
}

/** The mark that a session which ended did not take: named where one signs in, and offered again here. */
function untaken(body) {
  const line = shown?.children.find((one) => one.child === body?.child);
  return line && { page: PAGE, body, words: { what: `${line.first_name} ${line.family_name}, ${shown.title}`, verb: markWords(body.presence) } };
}

function sayUntaken() {
  const before = takeUntaken(PAGE);
  const line = before && shown?.day === before.body.day && shown.activity === before.body.activity && shown.children.find((one) => one.child === before.body.child);
  if (!line || (line.presence ?? null) === before.body.presence) return;
  const sentence = `${before.words.what} : « ${before.words.verb} » n’a pas été noté, votre connexion était finie.`;
  const again = h('button', { type: 'button', class: 'button', onclick: () => noteAgain(line, before.body) }, before.words.verb);
  byId('page-error').replaceChildren(h('p', { class: 'said' }, french(sentence)), again);
  announce(sentence);
}

async function noteAgain(line, { presence, arrived, left }) {
  try {
    const row = await note(line, { presence, arrived, left });
    byId('page-error').replaceChildren();
    changed(line, row, byId('roll').querySelector(`[data-child="${CSS.escape(line.child)}"]`));
  } catch (error) { moved(error instanceof Problem ? error.message : NO_REPLY); }
}

function typedDay() {
  clearErrors(form);
  const day = readDate(form.elements.day.value, shown?.today ?? '2015-01-01');
  if (!day) return mark(form.elements.day, 'Écrivez une date, par exemple 28/05/2015.');
  go({ day });
}

/** Another day or activity: an address of its own, so that "back" works. */
function go(change) {
  const wanted = { organisation: office.organisation, jour: change.day ?? shown?.day, activite: change.activity ?? shown?.activity };
  history.pushState(null, '', `?${new URLSearchParams(Object.entries(wanted).filter(([, value]) => value))}`);
  read();
}

async function read() {
  const asked = ++latest;
  const query = new URLSearchParams(location.search);
  byId('roll').setAttribute('aria-busy', 'true');
  try {
    const answer = await showAttendance(office.organisation, { day: query.get('jour'), activity: query.get('activite') });
    if (asked !== latest) return;
    shown = answer;
    byId('page-error').replaceChildren();
    paint();
    announce(`${shown.title} : ${summary()}`);
  } catch (error) {
    if (asked !== latest) return;
    const sentence = french(error instanceof Problem ? error.message : NO_REPLY);
    byId('page-error').replaceChildren(...trouble(sentence, read));
    announce(sentence);
  } finally {
    byId('roll').removeAttribute('aria-busy');
  }
}

const frozen = () => shown.day > shown.today;
const unchecked = () => shown.children.filter((line) => line.booked && !line.presence);

function summary() {
  const has = (kind) => shown.children.filter((line) => line.presence?.startsWith(kind)).length;
  const booked = shown.children.filter((line) => line.booked).length;
  const parts = [counted(booked, 'inscrit', 'inscrits'), counted(has('present'), 'présent', 'présents'), counted(has('absent'), 'absent', 'absents'), `${unchecked().length} à pointer`];
  return `${(frozen() ? parts.slice(0, 1) : parts).join(', ')}.`;
}

function paint() {
  const { activity, day } = form.elements;
  activity.replaceChildren(...shown.activities.map((one) => h('option', { value: one.id, selected: one.id === shown.activity }, one.open ? one.name : `${one.name} (fermée)`)));
  day.value = shown.day.split('-').reverse().join('/');
  setText(byId('title'), french(shown.title));
  byId('roll').replaceChildren(...shown.children.map(item));
  if (shown.children.length === 0) byId('roll').append(h('li', {}, h('p', { class: 'second' }, 'Personne n’est inscrit ce jour.')));
  byId('add-child').hidden = frozen() || !shown.activity;
  count();
  filter();
}

function count() {
  setText(byId('counts'), frozen() ? `${summary()} L’appel se fait le jour même ou après.` : summary());
  byId('tools').hidden = shown.children.length === 0;
  byId('all-present').hidden = frozen() || unchecked().filter((line) => !line.absence).length === 0;
}

const item = (line) => rollRow(line, { organisation: office.organisation, frozen: frozen(), note, changed: (row, element) => changed(line, row, element), moved });

async function note(line, { presence, arrived, left }) {
  const { day, activity } = shown;
  const answer = await noteAttendance(office.organisation, { day, activity, child: line.child, family: line.family, presence, arrived, left, version: line.version });
  return answer.row;
}

/** The server has said yes: the line is as it says, in its place, with the focus where it was. `element` is drawn anew. */
function changed(line, row, element) {
  shown.children = shown.children.flatMap((one) => (one.child === line.child ? (row ? [row] : []) : [one]));
  if (element && row) {
    const focused = element.contains(document.activeElement);
    const fresh = item(row);
    fresh.classList.toggle('timed', element.classList.contains('timed'));
    element.replaceWith(fresh);
    if (focused) (fresh.querySelector('input:checked') ?? fresh.querySelector('input'))?.focus();
  } else if (element) {
    element.remove();
    byId('filter').focus();
  }
  count();
  announce(`${line.first_name} : ${said(row)}. ${summary()}`);
}

const said = (row) => ({ present: 'présent', absent_excused: 'absent, excusé', absent_unexcused: 'absent', present_unbooked: 'présent sans inscription' })[row?.presence] ?? 'pas encore pointé';

async function moved(message) {
  await read();
  announce(message);
  byId('page-error').replaceChildren(h('p', { class: 'said' }, french(message)));
}

/** One request for all who are not noted and whose absence nobody has told. */
async function allPresent() {
  const button = byId('all-present');
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  const { day, activity } = shown;
  const children = unchecked().filter((line) => !line.absence).map(({ child, family, version }) => ({ child, family, version }));
  try {
    const { rows, left } = await markPresent(office.organisation, { day, activity, children });
    const marked = new Map(rows.map((row) => [row.child, row]));
    shown.children = shown.children.map((line) => marked.get(line.child) ?? line);
    for (const row of rows) byId('roll').querySelector(`[data-child="${CSS.escape(row.child)}"]`)?.replaceWith(item(row));
    announce(`${counted(rows.length, 'enfant pointé présent', 'enfants pointés présents')}. ${summary()}`);
    if (left.length) await moved(`${counted(left.length, 'ligne vient de changer et n’a pas été pointée', 'lignes viennent de changer et n’ont pas été pointées')} : la liste a été relue.`);
  } catch (error) {
    moved(error instanceof Problem ? error.message : NO_REPLY);
  } finally {
    button.removeAttribute('aria-disabled');
    count();
    filter();
  }
}

async function add(child, family) {
  if (shown.children.some((line) => line.child === child.id)) {
    byId('roll').querySelector(`[data-child="${CSS.escape(child.id)}"] input`)?.focus();
    return;
  }
  await note({ child: child.id, family: family.id, version: 0 }, { presence: 'present_unbooked', arrived: null, left: null });
  await read();
  byId('roll').querySelector(`[data-child="${CSS.escape(child.id)}"] input`)?.focus();
}

function filter() {
  const words = searched(byId('filter').value.trim());
  for (const line of byId('roll').children) line.hidden = Boolean(words) && !searched(line.dataset.name ?? '').includes(words);
}
