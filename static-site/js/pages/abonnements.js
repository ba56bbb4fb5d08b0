// Mes abonnements: the recurring days of each child, reserved, changed and cancelled in one gesture.
//
// Hooks for the browser's tests: form#abonnement, input[name=child], input[data-activity][data-weekday],
// input[name=turn], #from, #to, #cost-days, #cost-amount, #retakes, #save, #outcome; [data-abonnement=ID] with button[data-edit], [data-end], [data-resume];
// dialog#end with #end-confirm.

import { costAbonnement, endAbonnement, listAbonnements, Problem, saveAbonnement } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { readDate } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { chosenFamily } from '../lib/identity.js';
import { french } from '../lib/text.js';
import { CostTicket, daysOf, inShort } from '../components/abonnement/cost.js';
import { showList } from '../components/abonnement/list.js';
import { readPattern, saidPattern, sharedLines, showPattern } from '../components/abonnement/pattern.js';
import { carryThrough, showOutcome } from '../components/abonnement/sending.js';
import { sayWhose } from '../components/desk/whose.js';
import { clearErrors, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

const form = byId('abonnement');
const typed = (day) => day.split('-').reverse().join('/');
let family;
let known;
let isNew = true;
let edited = null; // the id of the abonnement that is being written: kept for repeats
const place = { days: byId('cost-days'), amount: byId('cost-amount'), each: byId('cost-each'), byHand: byId('by-hand') };
const ticket = new CostTicket(place, (asked) => costAbonnement(family, edited, asked), { shown: showCost });

start();

async function start() {
  const identity = await openFrame();
  family = chosenFamily(identity);
  if (!family) return location.replace('/planning.html');
  byId('to-planning').href = `/planning.html?${new URLSearchParams({ organisation: family.organisation, famille: family.family })}`;
  onSubmit(form, submit);
  byId('give-up').addEventListener('click', () => write(null));
  byId('children').addEventListener('change', () => { showPattern(byId('pattern'), childChosen()); sumUp(); });
  byId('pattern').addEventListener('change', sumUp);
  form.addEventListener('change', ({ target }) => { if (['turn', 'from', 'to'].includes(target.name)) sumUp(); });
  byId('retakes').addEventListener('change', () => showCost(cost));
  if (await sayWhose(identity, family, 'Abonnements')) await read();
}

async function read() {
  try {
    known = await listAbonnements(family);
    byId('page-error').replaceChildren();
    showList(byId('list'), known.abonnements, { edit: write, end, resume });
    if (!edited || form.hidden) write(null);
  } catch (error) {
    say(error, read);
  }
}

function say(error, again) {
  const sentence = error instanceof Problem ? error.message : NO_REPLY;
  byId('page-error').replaceChildren(h('p', { class: 'refusal' }, french(sentence)), h('button', { type: 'button', class: 'button', onclick: again }, 'Reprendre'));
  announce(sentence);
}

const childChosen = () => known.children.find((child) => child.id === form.elements.child?.value) ?? known.children[0];

/** Fills the form: with an abonnement to be changed, or empty for a new one. */
function write(abonnement) {
  clearErrors(form);
  byId('retakes').checked = false;
  edited = abonnement?.id ?? crypto.randomUUID();
  form.hidden = known.children.length === 0;
  if (form.hidden) return;
  const chosen = abonnement?.child ?? known.children[0].id;
  byId('children').replaceChildren(...known.children.map((child) => h('label', {},
    h('input', { type: 'radio', name: 'child', value: child.id, checked: child.id === chosen, disabled: Boolean(abonnement) && child.id !== chosen }), child.first_name)));
  showPattern(byId('pattern'), childChosen(), abonnement?.lines);
  form.elements.turn.value = abonnement?.turn ?? 'every';
  form.elements.from.value = typed(abonnement?.from ?? known.suggested_from);
  form.elements.to.value = typed(abonnement?.to ?? known.suggested_to);
  setText(byId('form-title'), abonnement ? `Modifier l’abonnement de ${abonnement.child_name}` : 'Nouvel abonnement');
  byId('give-up').hidden = !abonnement;
  isNew = !abonnement;
  sumUp();
  if (abonnement) { form.scrollIntoView({ block: 'start' }); form.querySelector('input:not(:disabled)')?.focus({ preventScroll: true }); }
}

/** What is ticked, in words; and for which of the others the same can be reserved. */
function sumUp() {
  const child = childChosen();
  const lines = readPattern(byId('pattern'));
  setText(byId('sum-up'), french(`${child.first_name}${lines.length ? ` : ${saidPattern(lines, child).join(' ; ')}` : ', aucun jour coché pour l’instant.'}`));
  const others = isNew ? known.children.filter((one) => one.id !== child.id && sharedLines(lines, one).length > 0) : [];
  const box = byId('siblings');
  const ticked = new Set(siblingsChosen());
  box.hidden = others.length === 0;
  box.querySelector('div').replaceChildren(...others.map((one) => h('label', {}, h('input', { type: 'checkbox', name: 'sibling', value: one.id, checked: ticked.has(one.id), onchange: () => showCost(cost) }),
    h('span', {}, one.first_name, h('span', { class: 'hint' }, french(saidPattern(sharedLines(lines, one), one).join(' ; ')))))));
  const pattern = bodyOf();
  ticket.count(pattern && { pattern, siblings: others.map((one) => ({ child: one.id, lines: sharedLines(lines, one) })) });
}

let cost = null; // what the server has last said of what is written

/** What it comes to for the siblings too, and the button says what it will reserve. */
function showCost(now) {
  cost = now;
  for (const one of now?.siblings ?? []) {
    const hint = form.querySelector(`[name=sibling][value="${CSS.escape(one.child)}"] + span .hint`);
    const child = known.children.find(({ id }) => id === one.child);
    if (hint) setText(hint, french(`${saidPattern(sharedLines(readPattern(byId('pattern')), child), child).join(' ; ')} : ${inShort(one)}`));
  }
  const own = now && byId('retakes').checked ? now.with_those ?? now : now;
  const chosen = new Set(siblingsChosen());
  const others = (now?.siblings ?? []).filter((one) => chosen.has(one.child));
  const days = [own, ...others].reduce((sum, one) => sum + (one?.days ?? 0), 0);
  setText(byId('save'), days === 0 ? 'Réserver ces jours' : `${isNew ? 'Réserver' : 'Enregistrer'} ${daysOf({ days })}`);
}

/** What the form asks for; null while a date is wrong or nothing is ticked. */
function bodyOf() {
  const { from, to, turn } = form.elements;
  const body = { child: childChosen().id, lines: readPattern(byId('pattern')), turn: turn.value, from: readDate(from.value, known.today), to: readDate(to.value, known.today) };
  return body.from && body.to && body.lines.length ? body : null;
}

const siblingsChosen = () => [...form.querySelectorAll('[name=sibling]:checked')].map((one) => one.value);

async function submit() {
  clearErrors(form);
  const errors = ['from', 'to'].filter((name) => !readDate(form.elements[name].value, known.today))
    .map((field) => ({ field, detail: `Écrivez une date, par exemple ${field === 'from' ? '01/09/2026' : '02/07/2027'}.` }));
  if (errors.length) return showErrors(form, '', errors);
  const body = bodyOf();
  if (!body) return showErrors(form, 'Cochez au moins un jour de la semaine.');
  if (byId('retakes').checked) body.retakes = true;
  announce('Réservation en cours.');
  setText(byId('save'), 'Réservation…');
  try {
    await carryOut(gestures(body));
    edited = null;
  } catch (error) {
    showErrors(form, error instanceof Problem ? error.message : NO_REPLY, error.errors);
  } finally {
    showCost(cost);
  }
}

/** The abonnement, and one more for each sibling that is ticked; sent again after a failure, each goes on where it stopped. */
function gestures(body) {
  const others = siblingsChosen().map((id) => known.children.find((one) => one.id === id));
  const own = [others.length ? childChosen().first_name : '', () => saveAbonnement(family, edited, body)];
  return [own, ...others.map((one) => {
    const { retakes, ...same } = body; // days changed by hand are those of this child
    const id = siblingIds.get(one.id) ?? crypto.randomUUID();
    siblingIds.set(one.id, id);
    return [one.first_name, () => saveAbonnement(family, id, { ...same, child: one.id, lines: sharedLines(body.lines, one) })];
  })];
}

const siblingIds = new Map(); // kept for repeats, until all of a gesture is done

/** Shows what gestures did, then what there is now. */
async function carryOut(sends) {
  const answers = [];
  for (const [name, send] of sends) answers.push([name, await carryThrough(send)]);
  siblingIds.clear();
  showOutcome(byId('outcome'), answers);
  known = await listAbonnements(family);
  showList(byId('list'), known.abonnements, { edit: write, end, resume });
  write(null);
}

async function resume({ id, child, lines, turn, from, to }) {
  announce('Réservation en cours.');
  const body = { child, lines: lines.map(({ activity, weekdays }) => ({ activity, weekdays })), turn, from, to };
  await carryOut([['', () => saveAbonnement(family, id, body)]]).catch((error) => say(error, () => resume({ id, child, lines, turn, from, to })));
}

function end(abonnement) {
  const dialog = byId('end');
  setText(byId('end-what'), french(`${abonnement.child_name} : ${abonnement.sentence}`));
  dialog.returnValue = 'no';
  dialog.showModal();
  dialog.onclose = () => {
    if (dialog.returnValue !== 'yes') return;
    carryOut([['', () => endAbonnement(family, abonnement.id)]]).catch((error) => say(error, read));
  };
}
