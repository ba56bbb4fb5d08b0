// Quotient et résidence: an agent says from which day on what prices a family, with the source; who bills corrects what is invoiced.
//
// Hooks for the browser's tests: #situations li, form#situation with #from, #quotient, #outside, #document, #source, #save, #said, #corrections li[data-period] button, #corrected.

import { correctMonth, listCorrections, Problem, setSituation, showSituations } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { longDate, readDate } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { french } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { allFilled, clearErrors, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';
import { nameFamily, openFrame } from '../components/frame/frame.js';

const form = byId('situation');
let family;
let known;
let request = crypto.randomUUID();
let typed = false;

start();

async function start() {
  const office = officeOf(await openFrame());
  if (!office) return;
  family = { organisation: office.organisation, family: new URLSearchParams(location.search).get('famille') };
  byId('back').href = `/dossier.html?${new URLSearchParams({ organisation: family.organisation, famille: family.family })}`;
  // Other words are another request; the same words sent twice are one.
  form.addEventListener('input', () => { request = crypto.randomUUID(); typed = true; });
  onSubmit(form, save);
  await read();
}

const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

async function read() {
  try {
    paint(await showSituations(family));
    byId('page-error').replaceChildren();
    if (known.may_bill) paintMonths((await listCorrections(family)).months);
  } catch (error) {
    byId('page-error').replaceChildren(...trouble(words(error), read));
  }
}

const lives = (outside) => (outside ? 'hors de la commune' : 'dans la commune');
const quotient = (text) => (text === null ? 'quotient inconnu' : `quotient ${text}`);

function paint(view) {
  known = view;
  nameFamily('Quotient et résidence', view.family_name);
  setText(byId('now'), french(`Aujourd’hui : ${quotient(view.quotient)}, ${lives(view.outside)}.`));
  byId('situations').replaceChildren(...view.situations.map((one) => h('li', { 'data-in-force': one.in_force },
    h('b', {}, french(one.from ? `À partir du ${longDate(one.from)}` : view.situations.length > 1 ? 'Avant' : 'Depuis toujours')),
    french(` : ${quotient(one.quotient)}, ${lives(one.outside)}`), one.in_force && h('span', {}, ' (en vigueur)'),
    h('p', { class: 'second' }, french(`${one.source}${one.said ? ` (${one.said})` : ''}`)))));
  byId('known').hidden = false;
  byId('statement-field').hidden = view.statements.length === 0;
  const chosen = byId('document').value || new URLSearchParams(location.search).get('attestation');
  byId('document').replaceChildren(h('option', { value: '' }, 'Aucune'), ...view.statements.map((one) => h('option', { value: one.id, selected: one.id === chosen }, one.said)));
  // What is not changed stays as it is: the form begins with what holds today.
  if (!typed) [byId('quotient').value, byId('outside').checked] = [view.quotient ?? '', view.outside];
  form.hidden = !view.may_keep;
}

function paintMonths(months) {
  byId('months').hidden = months.length === 0 && !byId('corrected').textContent;
  byId('months-lead').hidden = months.length === 0;
  byId('corrections').replaceChildren(...months.map((one) => h('li', { 'data-period': one.period },
    h('h3', {}, french(one.month)), h('p', {}, french(one.sentence)),
    one.lines.length > 0 && h('ul', { class: 'listed' }, one.lines.map((line) => h('li', {}, french(`${line.sentence} : ${line.amount}`)))),
    one.difference !== null && h('p', { class: 'actions' }, h('button', { type: 'button', class: 'button', onclick: (event) => correct(one, event.currentTarget) }, one.carries ? 'Corriger le report' : one.difference < 0 ? 'Faire l’avoir' : 'Faire la facture', h('span', { class: 'only-heard' }, ` de ${one.month}`))))));
}

async function save() {
  clearErrors(form);
  setText(byId('said'), '');
  if (!allFilled(form)) return;
  const { from, quotient: figure, outside, source } = form.elements;
  const day = readDate(from.value, known.today);
  if (!day) return showErrors(form, '', [{ field: 'from', detail: 'Écrivez un jour, par exemple 01/01/2027.' }]);
  try {
    const document = byId('document').value || null;
    const view = await setSituation(family, { request, version: known.version, from: day, quotient: figure.value.trim(), outside: outside.checked, source: source.value.trim(), document });
    form.reset();
    [request, typed] = [crypto.randomUUID(), false];
    paint(view);
    setText(byId('said'), french(`C’est enregistré, à partir du ${longDate(day)}.`));
    announce('C’est enregistré.');
    if (known.may_bill) paintMonths((await listCorrections(family)).months);
  } catch (error) {
    showErrors(form, words(error), error.errors);
    if (error instanceof Problem && error.code === 'changed-meanwhile') await read();
  }
}

async function correct(month, button) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  button.request ??= crypto.randomUUID();
  let told;
  try {
    told = (await correctMonth(family, { request: button.request, period: month.period, difference: month.difference })).message;
  } catch (error) {
    told = words(error);
    if (!(error instanceof Problem)) { button.removeAttribute('aria-disabled'); return setText(byId('corrected'), told); }
  }
  setText(byId('corrected'), french(told));
  await read();
  byId('corrected').focus();
}
