// Mon planning: reads the week of the address, shows it, and turns what the parent does into clicks.

import { declareAbsence, NoReply, Problem, showMenus, showWeek, undoChange } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { addDays, fullDate, isDay } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { chosenFamily } from '../lib/identity.js';
import { keepShownChild, shownChild } from '../lib/memory.js';
import { french } from '../lib/text.js';
import { askAbsence } from '../components/absence/absence.js';
import { nameFamily, openFrame } from '../components/frame/frame.js';
import { History } from '../components/history/history.js';
import { askReason } from '../components/override/override.js';
import { WeekBar } from '../components/week-bar/week-bar.js';
import { Clicks } from '../components/week-grid/clicks.js';
import { seekOpen } from '../components/week-grid/holidays.js';
import { asLastWeek, asSibling, askMany, sendMany } from '../components/week-grid/many.js';
import { FAMILY } from '../components/week-grid/narrow.js';
import { WeekGrid } from '../components/week-grid/week-grid.js';
import { place } from '../components/week-grid/words.js';

const STALE_AFTER = 30_000;
const FEW_TICKETS = 2;
const EVENING = 16; // from then on a family asks what tomorrow is
const phone = matchMedia('(max-width: 43.99rem)');

const flights = new Map();
const history = new History(byId('history'));
const bar = new WeekBar((day) => go(day), (day) => showWeek(family, day));
const clicks = new Clicks(flights, { reread, answered: showLimitsAndEstimate, changed: () => history.of(family, day) });
const grid = new WeekGrid(byId('week'), {
  choose,
  reread,
  cell: (cell) => clicks.cell(grid, family, cell),
  offer: (child, ofDay, offer) => clicks.day(grid, family, child, ofDay, offer),
  override: changeLocked,
  document: (piece) => `/documents.html?${new URLSearchParams({ organisation: family.organisation, famille: family.family, piece: piece.kind, ...(piece.child && { enfant: piece.child }) })}`,
  go: (wanted) => go(wanted),
  seek,
  same,
  menu: dishesOf,
  abonnements: () => `/abonnements.html?${query()}`,
}, flights);
const menus = new Map(); // what canteens cook, by the Monday of the week

let family;
let day; // the day shown: the phone's, and the one the address carries
let asked; // the latest week asked for: an earlier one that arrives later is not shown
let readAt = 0;
let ticketsPage;

start();

async function start() {
  const identity = await openFrame();
  family = chosenFamily(identity);
  if (!family) return identity.roles.length ? location.replace('/familles.html') : sayNoFamily();
  leadOn();
  await load(dayOfAddress());
  addEventListener('popstate', () => load(dayOfAddress()));
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && Date.now() - readAt > STALE_AFTER) reread();
  });
  addEventListener('online', () => reread());
}

function dayOfAddress() {
  const text = new URLSearchParams(location.search).get('jour');
  return isDay(text) ? text : null;
}

/** Another week: it enters the browser's history, so that "back" returns to this one. */
function go(wanted) {
  const query = new URLSearchParams(location.search);
  if (wanted) query.set('jour', wanted);
  else query.delete('jour');
  window.history.pushState(null, '', `${location.pathname}${query.size ? `?${query}` : ''}`);
  byId('said-back').hidden = true;
  load(wanted, true);
}

async function load(wanted, spoken = false) {
  const order = clicks.nextOrder();
  asked = order;
  try {
    const week = await showWeek(family, wanted);
    if (asked !== order) return;
    day = wanted ?? (week.today >= week.monday && week.today <= week.sunday ? firstDay(week) : week.monday);
    if (day > week.sunday) return await load(day);
    show(week, order);
    if (spoken) announce(week.title);
  } catch (error) {
    if (asked === order) sayFailure(error, () => load(wanted, true));
  }
}

/** The same week again, without moving focus; true when it was read. */
async function reread() {
  const order = clicks.nextOrder();
  const shown = asked;
  try {
    const week = await showWeek(family, day);
    if (asked === shown) {
      show(week, order);
    }
    return true;
  } catch (error) {
    // A click that waits for its answer says so in its own row, with the same button: one message is enough.
    if (asked === shown && !clicks.waits()) sayFailure(error, reread);
    return false;
  }
}

function show(week, order) {
  readAt = Date.now();
  clicks.settleSlow(grid, order);
  byId('page-error').replaceChildren();
  if (week.acts_as_agent) nameFamily('Planning', week.family.name);
  else document.title = `${week.title} – Préau`;
  bar.show(week, day);
  showLimitsAndEstimate(week);
  showRules(week);
  showActing(week);
  setText(byId('print-family'), `Famille ${week.family.name}, ${week.organisation.name}`);
  grid.show(week, order);
  const kept = grid.shown.child ?? shownChild();
  const whole = kept === FAMILY && week.children.length > 1;
  const child = whole || week.children.some((one) => one.id === kept) ? kept : week.children[0]?.id;
  grid.choose({ child, day });
  byId('copy-week').hidden = ![...grid.cells.values()].some((cell) => cell.state === 'open_free');
  clicks.tell(grid, family, order);
  history.of(family, day);
}

function choose(choice) {
  grid.choose({ ...grid.shown, ...choice });
  if (!choice.day) return keepShownChild(choice.child);
  day = choice.day;
  bar.day = day;
  const query = new URLSearchParams(location.search);
  query.set('jour', day);
  window.history.replaceState(null, '', `${location.pathname}?${query}`);
}

async function changeLocked(cell) {
  if (cell.pending) return clicks.cell(grid, family, cell);
  const reason = await askReason(`${place(cell)} : ${cell.state === 'locked_booked' ? 'annuler l’inscription' : 'inscrire'} après la limite.`);
  if (reason) await clicks.cell(grid, family, cell, { reason });
}

function showLimitsAndEstimate({ limits, estimate, tickets }) {
  showLimits(limits);
  showTickets(tickets);
  byId('estimate').replaceChildren(
    h('span', {}, `Estimation de ${estimate.month}`, h('span', { class: 'only-heard' }, '\u00a0: '), estimate.complete ? '' : h('small', {}, 'sans les activités dont le tarif n’est pas encore fixé')),
    h('b', {}, estimate.amount));
}

/** "Ludothèque : il reste 2 tickets." And where to buy others, once there are few. */
function showTickets(tickets) {
  const few = tickets.some((kind) => kind.left <= FEW_TICKETS);
  const box = byId('tickets');
  box.hidden = tickets.length === 0;
  box.replaceChildren(french(tickets.map((kind) => `${kind.sentence}.`).join(' ')), few ? ' ' : '', few ? h('a', { href: ticketsPage }, 'Acheter des tickets') : '');
}

/** The rules of the week's activities, each once. */
function showRules(week) {
  const rules = new Map(week.children.flatMap((child) => child.activities ?? []).map((one) => [one.name, one.rule]));
  const box = byId('rules');
  box.hidden = rules.size === 0;
  box.querySelector('dl').replaceChildren(...[...rules].flatMap(([name, rule]) => [h('dt', {}, name), h('dd', {}, french(rule))]));
}

const query = () => new URLSearchParams({ organisation: family.organisation, famille: family.family });

/** The pages beside this one keep the family that is looked at. */
function leadOn() {
  byId('to-abonnements').href = `/abonnements.html?${query()}`;
  ticketsPage = `/factures.html?${query()}#tickets`;
  byId('to-preferences').href = `/preferences.html?${query()}`;
  byId('tell-absence').addEventListener('click', tellAbsence);
  byId('copy-week').addEventListener('click', copyLastWeek);
  byId('print-week').addEventListener('click', () => print());
}

/** Today; in the evening, for who looks at the whole family on a phone, tomorrow. */
function firstDay({ today, now }) {
  const evening = Number(now.slice(11, 13)) >= EVENING;
  return evening && phone.matches && shownChild() === FAMILY ? addDays(today, 1) : today;
}

/** What the canteens of these children cook that day; read once a week, and painted when it is there. */
function dishesOf(ofDay) {
  const { monday, children } = grid.week;
  if (!phone.matches) return '';
  if (!menus.has(monday)) {
    menus.set(monday, []);
    showMenus(family.organisation, monday).then(({ canteens }) => { menus.set(monday, canteens); grid.paintCounts(); }, () => menus.delete(monday));
  }
  const eaten = new Set(children.flatMap((child) => (child.activities ?? []).map((one) => one.id)));
  const cooked = menus.get(monday).filter((canteen) => eaten.has(canteen.activity)).map((canteen) => canteen.days.find((one) => one.day === ofDay)?.dishes).filter(Boolean);
  const [first] = cooked;
  return first ? first.map((dish) => dish[0].toLowerCase() + dish.slice(1)).join(', ') : '';
}

/** To the next week in which something is open; they are read one after the other. */
async function seek(button) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  const label = button.textContent;
  button.setAttribute('aria-disabled', 'true');
  button.textContent = 'Recherche…';
  try {
    const found = await seekOpen(grid.week.monday, (wanted) => showWeek(family, wanted));
    if (found) return go(found);
    sayBack('Aucune semaine ouverte n’est connue pour l’instant.');
  } catch (error) {
    sayFailure(error, reread);
  }
  button.removeAttribute('aria-disabled');
  button.textContent = label;
}

async function copyLastWeek() {
  try {
    const last = await showWeek(family, addDays(grid.week.monday, -7));
    const changes = asLastWeek(grid, last);
    if (changes.length === 0) return sayBack('Rien à copier : ce qui était réservé la semaine dernière l’est déjà, ou n’est plus à temps.');
    if (await askMany('Copier la semaine dernière', changes)) await change(changes);
  } catch (error) {
    sayFailure(error, reread);
  }
}

async function same(child, sibling) {
  const [own, model] = [child, sibling].map((id) => grid.week.children.find((one) => one.id === id).first_name);
  const changes = asSibling(grid, child, sibling);
  if (changes.length && await askMany(`${own} : les mêmes jours que ${model}`.replace(' :', '\u00a0:'), changes)) await change(changes);
}

async function change(changes) {
  const { sentence, made } = await sendMany(clicks, grid, family, changes);
  sayBack(sentence, made);
}

/** What a gesture of several changes came to, above the week; made: its requests, which can be taken back together. */
function sayBack(sentence, made = []) {
  const box = byId('said-back');
  const pressed = box.contains(document.activeElement);
  const undos = made.map((one) => ({ ...one, asked: { request: crypto.randomUUID(), from: one.from, to: one.to } }));
  box.hidden = false;
  box.replaceChildren(french(sentence), ...(made.length ? [' ', h('button', { type: 'button', class: 'button', onclick: () => takeBack(undos) }, 'Annuler ce changement')] : []));
  if (pressed) { box.tabIndex = -1; box.focus(); }
  announce(sentence);
}

/** Takes several requests back, the last one first; what an earlier try did already is not done twice. */
async function takeBack(undos) {
  const told = [];
  try {
    while (undos.length) {
      const { request, asked } = undos.at(-1);
      const said = await undoChange(family, request, asked).catch((error) => { if (error instanceof Problem) return error; throw error; });
      told.push(said.message);
      undos.pop();
    }
    const same = told.every((one) => one.startsWith('Changement annulé')) && told.length > 1;
    sayBack(same ? `${told.length} changements sont annulés, tout est comme avant.` : told.join(' '));
  } catch {
    sayBack('Pas de réponse de la mairie : rien n’est sûr.', undos);
  }
  await reread();
  history.of(family, day);
}

async function tellAbsence() {
  const said = await askAbsence(grid.week.children, { child: grid.shown.child, day }, (absence) => declareAbsence(family, absence));
  if (!said) return;
  sayBack(said.map(({ message }) => message).join(' '), said.map(({ made }) => made));
  await reread();
  history.of(family, day);
}

/** "Prochaine limite : aujourd’hui avant 9 h, pour la Garderie midi de mardi. Puis avant 12 h, pour…"; on a phone "Limite : aujourd’hui, 9 h, Garderie midi." */
function showLimits(limits) {
  const [next, then] = limits;
  byId('limits').replaceChildren(...(next ? [
    h('span', { class: 'wide-only' }, 'Prochaine limite\u00a0: ', h('b', {}, french(next.when)), `, ${french(next.what)}.`, then ? ` Puis ${french(then.when)}, ${french(then.what)}.` : ''),
    h('span', { class: 'narrow-only' }, 'Limite\u00a0: ', h('b', {}, french(next.when.replace(' avant ', ', '))), `, ${french(next.what.replace(/^pour /, '').split(', ')[0])}.`),
  ] : ['Rien à décider cette semaine.']));
}

function showActing(week) {
  const acting = byId('acting');
  acting.hidden = !week.acts_as_agent;
  if (week.acts_as_agent) setText(acting, `Famille ${week.family.name}, vue par un agent : vos changements portent votre nom dans l’historique.`.replace(' :', '\u00a0:'));
}

function sayFailure(error, again) {
  if (!(error instanceof Problem || error instanceof NoReply)) reportError(error); // ours, not the network's
  const sentence = error instanceof Problem ? error.message : 'Le planning n’a pas pu être lu : pas de réponse de la mairie. Vérifiez votre connexion.';
  byId('page-error').replaceChildren(
    h('p', { class: 'refusal' }, french(sentence)),
    h('button', { type: 'button', class: 'button', onclick: () => again() }, 'Relire le planning'),
  );
  announce(sentence);
}

function sayNoFamily() {
  byId('page-error').replaceChildren(h('p', { class: 'serif' }, 'Votre compte n’est rattaché à aucune famille. Demandez une invitation à votre mairie ou à votre association.'));
}

addEventListener('beforeprint', () => {
  setText(byId('print-date'), `Imprimé le ${fullDate(new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' }))}.`);
});
