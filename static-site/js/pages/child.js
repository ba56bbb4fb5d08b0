// Un enfant: an agent says its class, who has it when, and what it takes part in.
//
// Hooks for the browser's tests: #second-home with #other and #homes a, form#child, #more, #enrolments li with select[name=activity] and input[name=since|until], #save, #said.

import { findFamilies, keepChild, Problem, showDossier } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { readDate } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { french } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { clearErrors, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

const form = byId('child');
const query = new URLSearchParams(location.search);
const id = query.get('enfant') ?? crypto.randomUUID().replaceAll('-', '');
const home = query.get('foyer'); // the family that has the child already
const WAIT = 300;
let family;
let dossier;
let there; // the child as that family has it
let waiting;

start();

async function start() {
  const office = officeOf(await openFrame());
  if (!office) return;
  family = { organisation: office.organisation, family: query.get('famille') };
  byId('back').href = `/dossier.html?${new URLSearchParams({ organisation: family.organisation, famille: family.family, fiche: 'enfants' })}`;
  byId('more').addEventListener('click', () => { const row = enrolment({}); byId('enrolments').append(row); row.querySelector('select').focus(); });
  byId('other').addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(look, WAIT); });
  byId('other').addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); look(); } });
  onSubmit(form, save);
  await read();
}

const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);
const shown = (day) => (day ? day.split('-').reverse().join('/') : '');

async function read() {
  try {
    const theirs = home && showDossier({ ...family, family: home });
    dossier = await showDossier(family);
    there = (await theirs)?.children.find((one) => one.id === id);
    byId('page-error').replaceChildren();
    paint();
  } catch (error) {
    byId('page-error').replaceChildren(...trouble(words(error), read));
  }
}

function paint() {
  const known = dossier.children.find((one) => one.id === id);
  const child = known ?? (there && { ...there, kept: undefined });
  byId('second-home').hidden = !known || known.kept.also.length > 0;
  const title = child ? `${child.first_name}, famille ${dossier.name}` : `Un enfant de la famille ${dossier.name}`;
  setText(byId('title'), title);
  document.title = `${title} – Préau`;
  const { custody, enrolments, also } = child?.kept ?? { custody: { weeks: 'all' }, enrolments: [], also: [] };
  const values = { first_name: child?.first_name, born: shown(child?.born), school: child?.school, class: child?.class, weeks: custody.weeks, from: shown(custody.from), to: shown(custody.to) };
  for (const [name, text] of Object.entries(values)) form.elements[name].value = text ?? '';
  form.elements.pai.checked = child?.pai ?? false;
  setText(byId('also'), also.length ? 'Cet enfant a un autre foyer : un seul répond d’un jour. Changez d’abord l’autre garde si les deux se touchent.' : '');
  if (there && !known) setText(byId('also'), 'Cet enfant a déjà un foyer : choisissez les semaines où cette famille répond de lui.');
  byId('enrolments').replaceChildren(...enrolments.map(enrolment));
  form.hidden = false;
}

function enrolment({ activity, from, to }) {
  const number = crypto.randomUUID();
  const day = (name, label, value) => h('div', { class: 'field' }, h('label', { for: `${name}-${number}` }, label), h('input', { id: `${name}-${number}`, name, value: shown(value), autocomplete: 'off' }));
  const row = h('li', { class: 'span' },
    h('div', { class: 'field' }, h('label', { for: `activity-${number}` }, 'Activité'), h('select', { id: `activity-${number}`, name: 'activity' }, ...dossier.activities.map((one) => h('option', { value: one.id, selected: one.id === activity }, one.name)))),
    day('since', 'Du', from), day('until', 'Au (compris)', to),
    h('p', { class: 'actions' }, h('button', { type: 'button', class: 'link', onclick: () => { row.remove(); byId('more').focus(); } }, 'Retirer')));
  return row;
}

/** Families by name: the one that is chosen gets the same page, for the same child. */
async function look() {
  clearTimeout(waiting);
  const text = byId('other').value.trim();
  if (!text) return byId('homes').replaceChildren();
  try {
    const { families } = await findFamilies(family.organisation, text);
    const others = families.filter((one) => one.id !== family.family);
    byId('homes').replaceChildren(...others.map((one) => h('li', {}, h('a', { href: `/enfant.html?${new URLSearchParams({ organisation: family.organisation, famille: one.id, enfant: id, foyer: family.family })}` }, `Famille ${one.name}`), ' ', h('span', { class: 'second' }, one.adults.join(', ')))));
    setText(byId('homes-said'), others.length ? '' : french(`Aucune autre famille ne correspond à « ${text} ».`));
  } catch (error) { setText(byId('homes-said'), words(error)); }
}

/** A day as it is sent; what is no day is sent as it was typed and refused in words. */
function day(input) {
  const text = input.value.trim();
  return text ? readDate(text, '2015-01-01') : null;
}

async function save() {
  clearErrors(form);
  setText(byId('said'), '');
  const dates = [...form.querySelectorAll('[name=born], [name=from], [name=to], [name=since], [name=until]')];
  const wrong = dates.filter((input) => input.value.trim() && !day(input));
  if (wrong.length) {
    showErrors(form, 'Écrivez les dates comme 14/03/2021.', []);
    return wrong[0].focus();
  }
  const { first_name, school, pai, weeks } = form.elements;
  const rows = [...byId('enrolments').children].map((row) => ({ activity: row.querySelector('select').value, from: day(row.querySelector('[name=since]')), to: day(row.querySelector('[name=until]')) }));
  try {
    dossier = await keepChild(family, id, {
      version: dossier.version, first_name: first_name.value, born: day(form.elements.born) ?? '', class: form.elements.class.value, school: school.value,
      pai: pai.checked, weeks: weeks.value, from: day(form.elements.from), to: day(form.elements.to), enrolments: rows, ...(home && !dossier.children.some((one) => one.id === id) && { home }),
    });
    paint();
    setText(byId('said'), 'C’est enregistré. La semaine de l’enfant le montre aussitôt.');
    announce('C’est enregistré.');
  } catch (error) {
    showErrors(form, words(error), error.errors);
  }
}
