// Présences: the roll of an activity on a day, for agents.
//
// Hooks for the browser's tests: #activities [data-activity=ID], #day, #previous-day, #next-day, #title, #when, #counts,
// #filter, #all-present, #undo, #slot, #classes [data-class], #roll [data-child=ID] .tile, #hours, #add-child, [data-add=FAMILY].

import { showAttendance } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { addDays, readDate, shortDate } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { french } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { clearErrors, mark } from '../components/field/field.js';
import { key } from '../components/frame/keys.js';
import { openFrame } from '../components/frame/frame.js';
import { openAddChild } from '../components/roll/add-child.js';
import { classOf, schoolOf, schoolsOf } from '../components/roll/groups.js';
import { hourNow } from '../components/roll/hours.js';
import { shownHour } from '../components/roll/presence.js';
import { wordsOf } from '../components/roll/refused.js';
import { Roll } from '../components/roll/roll.js';
import { openUntaken } from '../components/roll/untaken.js';

const MINUTE = 60_000;
const form = byId('which');
let office;
let roll;
let shown; // the answer the page shows; its lines live in the roll
let latest = 0;
let awaited = null;
let view = { school: null, class: null };

start();

async function start() {
  const identity = await openFrame();
  office = officeOf(identity);
  if (!office) return;
  roll = new Roll({ organisation: office.organisation, me: `${identity.account.first_name} ${identity.account.last_name}`, may: office.may?.includes('check-attendance') ?? true, reread: () => read(true), choose: chooseClass });
  listen();
  const said = openUntaken(roll, () => shown);
  openAddChild(office.organisation, add);
  await read();
  said();
}

function listen() {
  form.addEventListener('submit', (event) => { event.preventDefault(); typedDay(); });
  form.elements.day.addEventListener('change', typedDay);
  byId('school').addEventListener('change', () => see({ school: byId('school').value || null, class: null }));
  byId('previous-day').addEventListener('click', () => shown && go({ day: addDays(shown.day, -1) }));
  byId('next-day').addEventListener('click', () => shown && go({ day: addDays(shown.day, 1) }));
  byId('filter').addEventListener('input', () => roll.filter(byId('filter').value));
  byId('change').addEventListener('click', () => open('change', 'choosing'));
  byId('menu').addEventListener('click', () => open('menu', 'menu-open'));
  document.addEventListener('click', (event) => { if (!event.target.closest('.margin')) closeMenu(); });
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && closeMenu()) byId('menu').focus(); });
  addEventListener('popstate', () => read());
  document.addEventListener('visibilitychange', () => { if (!document.hidden && shown) read(true); });
  setInterval(() => { if (!document.hidden && shown) read(true); }, MINUTE);
  document.addEventListener('keydown', undoByKey);
  key('j', 'Enfant suivant', () => roll.step(1));
  key('k', 'Enfant précédent', () => roll.step(-1));
  key('p', 'Présent', () => roll.markInHand('present'));
  key('a', 'Absent', () => roll.markInHand('absent'));
  key('h', 'Ses heures', () => roll.markInHand('hours'));
}

/** Ctrl Z takes the last mark back; in a field it is the browser's own. */
function undoByKey(event) {
  const own = event.target.closest?.('input:not([type=checkbox], [type=radio]), textarea, select') || document.querySelector('dialog[open]');
  if (own || event.key.toLowerCase() !== 'z' || event.shiftKey || event.altKey || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  roll.undo();
}

function open(button, name) {
  const on = document.body.classList.toggle(name);
  byId(button).setAttribute('aria-expanded', String(on));
}

/** The menu of a tablet; true when it was open. */
function closeMenu() {
  const was = document.body.classList.contains('menu-open');
  if (was) open('menu', 'menu-open');
  return was;
}

function typedDay() {
  clearErrors(form);
  const day = readDate(form.elements.day.value, shown?.today ?? '2015-01-01');
  if (!day) return mark(form.elements.day, 'Écrivez une date, par exemple 28/05/2015.');
  go({ day });
}

/** Another day or activity: an address of its own, so that "back" works. */
function go(change) {
  history.pushState(null, '', addressOf({ day: shown?.day, activity: shown?.activity, ...view, ...change }));
  read();
}

const addressOf = (wanted) => `?${new URLSearchParams(Object.entries({ organisation: office.organisation, jour: wanted.day, activite: wanted.activity, ecole: wanted.school, classe: wanted.class }).filter(([, value]) => value !== null && value !== undefined))}`;

/** Another class of the same roll: the address follows, "back" does not go through all of them. */
function see(change) {
  view = { ...view, ...change };
  history.replaceState(null, '', addressOf({ day: shown.day, activity: shown.activity, ...view }));
  paint();
}

function chooseClass(name) {
  see({ class: name });
  announce(`${heading()}. ${roll.summary()}`);
}

/** `quiet`: what others have done meanwhile; nobody is interrupted, nothing moves. One that is awaited goes first. */
function read(quiet = false) {
  if (quiet && awaited) return awaited;
  const reading = readNow(quiet);
  if (!quiet) {
    awaited = reading;
    reading.finally(() => { if (awaited === reading) awaited = null; });
  }
  return reading;
}

async function readNow(quiet) {
  const asked = ++latest;
  const since = roll.moment;
  const query = new URLSearchParams(location.search);
  if (!quiet) byId('roll').setAttribute('aria-busy', 'true');
  try {
    const answer = await showAttendance(office.organisation, { day: query.get('jour'), activity: query.get('activite') });
    if (asked !== latest) return;
    const other = !shown || shown.day !== answer.day || shown.activity !== answer.activity;
    shown = answer;
    view = { school: query.get('ecole'), class: query.get('classe') };
    byId('page-error').replaceChildren();
    if (other) roll.open(shown);
    else roll.learn(shown.children, since);
    paint(quiet);
    if (!quiet) announce(`${heading()}, ${shortDate(shown.day)}. ${roll.summary()}`);
  } catch (error) {
    if (asked !== latest || quiet) return;
    byId('page-error').replaceChildren(...trouble(wordsOf(error), () => read()));
    announce(wordsOf(error));
  } finally {
    if (asked === latest) byId('roll').removeAttribute('aria-busy');
  }
}

const activityName = () => shown.activities.find((one) => one.id === shown.activity)?.name ?? 'Aucune activité';
const heading = () => [activityName(), view.class === null ? null : view.class || 'sans classe'].filter(Boolean).join(', ');

function paint(quiet = false) {
  const lines = roll.lines();
  const schools = schoolsOf(lines);
  if (view.school && !schools.includes(view.school)) view.school = null;
  const ofSchool = lines.filter((line) => !view.school || schoolOf(line) === view.school);
  if (view.class !== null && !ofSchool.some((line) => classOf(line) === view.class)) view.class = null;
  setText(byId('title'), heading());
  const school = view.school ?? (schools.length === 1 ? schools[0] : null);
  byId('when').replaceChildren(...[french([school, shortDate(shown.day)].filter(Boolean).join(', ')), shown.day === shown.today && h('span', { class: 'hour-now' }, `, ${shownHour(hourNow())}`), h('span', { class: 'on-paper' }, ` ${shown.day.slice(0, 4)}`)].filter(Boolean));
  document.title = `${heading()}, ${shortDate(shown.day)} – Préau`;
  paintActivities();
  byId('school-field').hidden = schools.length < 2;
  byId('school').replaceChildren(h('option', { value: '' }, 'Toutes les écoles'), ...schools.map((one) => h('option', { value: one, selected: one === view.school }, one)));
  if (document.activeElement !== form.elements.day) form.elements.day.value = shown.day.split('-').reverse().join('/');
  byId('open-add').hidden = roll.locked || !shown.activity;
  roll.see({ ofSchool, ...view }, quiet);
  roll.filter(byId('filter').value);
}

/** The activities of the day; the one that is shown stands among them even where it is closed. */
function paintActivities() {
  const day = shown.activities.filter((one) => one.open || one.id === shown.activity);
  const place = byId('activities');
  const old = (id) => [...place.children].find((one) => one.dataset.activity === id);
  const buttons = day.map((one) => {
    const button = old(one.id) ?? h('button', { type: 'button', 'data-activity': one.id, onclick: () => go({ activity: one.id, class: null }) });
    button.setAttribute('aria-pressed', String(one.id === shown.activity));
    setText(button, one.open ? one.name : `${one.name} (fermée)`);
    return button;
  });
  if (buttons.some((one, at) => one !== place.children[at]) || buttons.length !== place.children.length) place.replaceChildren(...buttons);
  place.hidden = buttons.length === 0;
}

async function add(child, family) {
  if (!roll.has(child.id)) {
    await roll.add(child, family);
    await read(true);
  }
  const line = roll.line(child.id);
  if (view.class !== null && classOf(line) !== view.class) see({ class: null });
  if (view.school && schoolOf(line) !== view.school) see({ school: null });
  return () => roll.focus(child.id);
}
