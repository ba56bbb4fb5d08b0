// Aujourd'hui: where an agent's day begins. What each activity expects and how far its roll is, the week, what waits, what
// families said. While it is seen it follows the day by itself, without a word and without moving anything.
//
// Hooks for the browser's tests: #title, #week [data-day], #activities section a.to-roll, #waiting li, #announced li,
// #day, #previous-day, #next-day.

import { glanceAtToday, Problem, showToday } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { addDays, dayNumber, hourOf, isDay, monthWord, parisTime, readDate, shortDate, weekday } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { now } from '../lib/identity.js';
import { morphChildren } from '../lib/morph.js';
import { capital, counted, french, listed } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { sayNotOpened } from '../components/desk/not-opened.js';
import { clearErrors, mark, NO_REPLY } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';
import { key } from '../components/frame/keys.js';
import { activityBlock } from '../components/today/activity.js';
import { announcedRows, sinceWords, WAITING, waitingRows } from '../components/today/side.js';
import { squares } from '../components/today/week.js';

const AGAIN = 60_000;
const SOON = 30; // minutes before its hour from which an activity is called
const NEEDED = { changes: 'keep-dossiers', documents: 'keep-documents', erasures: 'administer' };
const form = byId('which');
let office;
let shown; // the answer the page shows
let readAt; // when it came
let latest = 0;
let asleep = false; // nobody has used the page for so long that it follows the day no more

start();

async function start() {
  office = officeOf(await openFrame());
  if (!office) return;
  form.addEventListener('submit', (event) => { event.preventDefault(); typedDay(); });
  form.elements.day.addEventListener('change', typedDay);
  byId('previous-day').addEventListener('click', () => step(-1));
  byId('next-day').addEventListener('click', () => step(1));
  for (const place of [byId('week'), byId('back-to-today')]) place.addEventListener('click', followDay);
  addEventListener('popstate', () => read());
  for (const sign of ['visibilitychange', 'pointerdown', 'keydown']) document.addEventListener(sign, wake, { passive: true });
  setInterval(() => glance(glanceAtToday), AGAIN);
  openKeys();
  sayNotOpened(office);
  await read();
}

function openKeys() {
  key('j', 'Appel suivant', () => toRoll(1));
  key('k', 'Appel précédent', () => toRoll(-1));
  key('<', 'Jour précédent', () => step(-1));
  key('>', 'Jour suivant', () => step(1));
  key('t', 'Aujourd’hui', () => go(null));
  for (const [kind, [letter, , words]] of Object.entries(WAITING)) {
    if (office.may.includes(NEEDED[kind] ?? 'bill')) key(letter, capital(words), () => open(kind));
  }
}

/** Where nothing of it waits, its key does nothing. */
function open(kind) {
  const link = byId('waiting').querySelector(`[data-key="${kind}"] a`);
  link?.click();
  return Boolean(link);
}

function toRoll(by) {
  const links = [...byId('activities').querySelectorAll('.to-roll')];
  if (links.length === 0) return false;
  const at = links.indexOf(document.activeElement);
  links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)].focus();
  return true;
}

const step = (by) => shown && go(addDays(shown.day, by));

function typedDay() {
  clearErrors(form);
  const day = readDate(form.elements.day.value, shown?.today ?? '2015-01-01');
  if (!day) return mark(form.elements.day, 'Écrivez une date, par exemple 28/05/2015.');
  if (day !== shown?.day) go(day);
}

/** A day of the marelle, where the page is; with Ctrl, in a tab of its own as any link. */
function followDay(event) {
  const link = event.target.closest('a');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.dataset.day);
}

const dayAddress = (day) => `/aujourdhui.html?${new URLSearchParams({ organisation: office.organisation, ...(day && { jour: day }) })}`;
const rollAddress = (activity, school) => `/presences.html?${new URLSearchParams({ organisation: office.organisation, jour: shown.day, activite: activity, ...(school && { ecole: school }) })}`;

/** Another day: an address of its own, so that "back" works. Today's has no day: tomorrow it is tomorrow's. */
function go(day) {
  const address = dayAddress(day === shown?.today ? null : day);
  if (address !== location.pathname + location.search) history.pushState(null, '', address);
  read();
}

const askedDay = () => {
  const day = new URLSearchParams(location.search).get('jour');
  return isDay(day) ? day : null;
};

async function read() {
  const asked = ++latest;
  byId('today').setAttribute('aria-busy', 'true');
  try {
    const answer = await showToday(office.organisation, askedDay());
    if (asked !== latest) return;
    took(answer);
    announce(`${title()} : ${summary() || nothingOpens()}`);
  } catch (error) {
    if (asked !== latest) return;
    const sentence = french(error instanceof Problem ? error.message : NO_REPLY);
    byId('page-error').replaceChildren(...trouble(sentence, read));
    announce(sentence);
  } finally {
    byId('today').removeAttribute('aria-busy');
  }
}

/** The same again while somebody may look at it. A reading that fails leaves what is shown, with its hour. */
async function glance(ask) {
  if (document.hidden || !shown) return;
  const asked = ++latest;
  try {
    const answer = await ask(office.organisation, askedDay());
    if (asked === latest) took(answer);
  } catch (error) {
    if (asked !== latest) return;
    asleep = error instanceof Problem && error.status === 401;
    const why = asleep ? 'Personne ne s’est servi de la page depuis un moment' : 'La mairie ne répond pas';
    byId('as-of').hidden = false;
    setText(byId('as-of'), french(`${why}. La page montre ce qui était vrai à ${hourOf(readAt)}.`));
  }
}

/** Somebody comes back to it, or uses it after a while. */
function wake({ type }) {
  if (document.hidden || (type !== 'visibilitychange' && !asleep)) return;
  const ask = asleep ? showToday : glanceAtToday;
  asleep = false;
  glance(ask);
}

function took(answer) {
  shown = answer;
  readAt = now() ?? Date.now();
  byId('as-of').hidden = true;
  byId('page-error').replaceChildren();
  paint();
}

function paint() {
  const { day, today, activities, waiting, announced, closed } = shown;
  const other = day !== today;
  document.title = `${other ? title() : 'Aujourd’hui'} – Préau`;
  morphChildren(byId('title'), titleParts());
  setText(byId('summary'), french(summary()));
  const typed = day.split('-').reverse().join('/');
  if (document.activeElement !== form.elements.day) form.elements.day.value = typed;
  byId('back-to-today').hidden = !other;
  byId('back-to-today').setAttribute('href', dayAddress(null));
  morphChildren(byId('week'), squares(shown, (one) => dayAddress(one === today ? null : one)));
  byId('today').hidden = false;
  const bySchool = new Set(activities.flatMap((one) => one.schools.map((row) => row.school))).size > 1;
  morphChildren(byId('activities'), activities.map((one) => activityBlock(one, { address: rollAddress, ahead: isAhead(one), bySchool })));
  const nothing = byId('nothing');
  nothing.hidden = activities.length > 0;
  setText(nothing, french(nothingOpens()));
  byId('closed').hidden = activities.length === 0 || closed.length === 0;
  setText(byId('closed'), french(`Fermé ce jour : ${listed(closed.map((one) => `${one.name} (${one.reason})`))}.`));
  morphChildren(byId('waiting'), waitingRows(waiting, office.organisation));
  byId('no-waiting').hidden = waiting.length > 0;
  setText(byId('since'), sinceWords(waiting, today));
  const all = waiting.reduce((sum, one) => sum + one.count, 0);
  byId('to-waiting').hidden = all === 0;
  setText(byId('to-waiting'), `À traiter, ${all}${waiting.some((one) => one.more) ? '+' : ''}`);
  byId('said').hidden = announced.length === 0;
  morphChildren(byId('announced'), announcedRows(announced, { today, address: rollAddress }));
}

const title = () => `${capital(shortDate(shown.day))}${year()}`;

/** Said where it is not this one. */
function year() {
  const [of, now] = [shown.day.slice(0, 4), shown.today.slice(0, 4)];
  return of === now ? '' : ` ${of}`;
}

/** The same with a raised "er". */
function titleParts() {
  if (dayNumber(shown.day) !== '1') return [document.createTextNode(title())];
  const [before, after] = [`${capital(weekday(shown.day))} 1`, ` ${monthWord(shown.day)}${year()}`];
  return [document.createTextNode(before), h('sup', {}, 'er'), document.createTextNode(after)];
}

/** How much of a day it is, in one sentence. */
function summary() {
  const { activities } = shown;
  const sum = (list, of) => list.reduce((all, one) => all + one[of], 0);
  const meals = activities.filter((one) => one.kind === 'meal');
  const told = sum(activities, 'announced');
  const absences = told ? `, ${counted(told, 'absence annoncée', 'absences annoncées')}` : '';
  if (activities.length === 0) return '';
  if (meals.length === 0) return `${counted(sum(activities, 'booked'), 'inscription', 'inscriptions')}${absences}.`;
  return `${counted(sum(meals, 'booked'), 'repas réservé', 'repas réservés')}${absences}.`;
}

function nothingOpens() {
  const { day, week } = shown;
  const reason = week.find((one) => one.day === day)?.reason;
  return reason ? `Rien n’ouvre ce jour : ${reason}.` : 'Rien n’ouvre ce jour.';
}

/** Whether nobody is called yet: a day to come, or an hour that is not near. */
function isAhead({ hours }) {
  if (shown.day !== shown.today) return shown.day > shown.today;
  if (!hours || !now()) return false;
  const minutes = ([hour, minute]) => Number(hour) * 60 + Number(minute);
  return minutes(parisTime(now())) < minutes(hours.from.split(':')) - SOON;
}
