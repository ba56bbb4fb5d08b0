// One text of a dossier on the page: its input, what waits for the town hall, what somebody else wrote meanwhile.

import { h } from '../../lib/dom.js';
import { readDate } from '../../lib/dates.js';
import { french } from '../../lib/text.js';

/** A field with its label; `kind`: text, tel, email, date, or a list of [value, word]. */
export function line(page, place, label, { kind = 'text', ...attributes } = {}) {
  const value = page.sheet.now(place);
  const common = { id: place, name: place, 'data-place': place, 'data-kind': Array.isArray(kind) ? 'list' : kind, 'aria-describedby': notes(page, place).length ? `${place}-notes` : null, disabled: page.readOnly, ...attributes };
  const input = Array.isArray(kind) ? list(common, kind, value) : h('input', { type: kind === 'tel' || kind === 'email' ? kind : 'text', autocomplete: 'off', maxlength: 500, ...common });
  if (!Array.isArray(kind)) input.value = kind === 'date' ? shownDate(value) : value;
  return wrapped(page, place, 'field line', h('label', { for: place }, label), input);
}

function list(attributes, options, value) {
  const known = options.some(([one]) => one === value) ? options : [...options, [value, value]];
  return h('select', attributes, ...known.map(([one, word]) => h('option', { value: one, selected: one === value }, word)));
}

const shownDate = (day) => (/^\d{4}-\d\d-\d\d$/.test(day) ? day.split('-').reverse().join('/') : day);

/** A box to tick: `on` is its text when it is ticked. */
export function box(page, place, on, words, attributes = {}) {
  const input = h('input', { type: 'checkbox', id: `${place}=${on}`, name: place, 'data-place': place, 'data-on': on, checked: page.sheet.now(place) === on, disabled: page.readOnly, ...attributes });
  return h('label', { class: 'tick', for: input.id }, input, h('span', {}, words));
}

/** One of several: the text of the place is the value of the chosen one. */
export function radio(page, place, value, words) {
  const input = h('input', { type: 'radio', id: `${place}=${value}`, name: place, 'data-place': place, value, checked: page.sheet.now(place) === value, disabled: page.readOnly });
  return h('label', { class: 'tick', for: input.id }, input, h('span', {}, words));
}

/** Puts the notes of a place under what shows it. */
export function wrapped(page, place, classes, ...content) {
  const said = notes(page, place);
  return h('div', { class: `${classes}${page.sheet.changed(place) ? ' changed' : ''}`, 'data-of': place }, ...content, said.length > 0 && h('div', { class: 'notes', id: `${place}-notes` }, ...said));
}

function notes(page, place) {
  const waiting = page.dossier.waiting.find((one) => one.place === place);
  const declined = page.dossier.declined.find((one) => one.place === place);
  return [
    waiting && h('p', { class: 'waits' }, french(page.dossier.agent ? `La famille demande « ${said(page, place, waiting.now)} » (${waiting.by}, ${waiting.at}).` : `En attente de la mairie depuis le ${waiting.at}. Aujourd’hui : « ${waiting.was} ».`)),
    waiting && page.dossier.agent && !page.readOnly && page.decision(waiting),
    declined && h('p', { class: 'waits' }, french(`« ${said(page, place, declined.value)} » n’a pas été accepté le ${declined.day} : ${declined.reason}`)),
    page.sheet.conflicts.has(place) && conflict(page, place),
  ].filter(Boolean);
}

function conflict(page, place) {
  const theirs = page.sheet.conflicts.get(place);
  if (theirs === null) return false; // told once, at the top of the fiche
  const choose = (mine) => () => page.settle(place, mine);
  return h('div', { class: 'meanwhile', role: 'group', 'aria-label': 'Deux réponses pour ce champ', tabindex: -1 },
    h('p', {}, french(`Entre-temps, quelqu’un a écrit « ${said(page, place, theirs) || '(rien)'} » ; vous, « ${said(page, place, page.sheet.now(place)) || '(rien)'} ».`)),
    h('button', { type: 'button', class: 'link', 'data-settle': 'mine', onclick: choose(true) }, 'Garder ce que j’ai écrit'),
    h('button', { type: 'button', class: 'link', 'data-settle': 'theirs', onclick: choose(false) }, 'Prendre l’autre'));
}

const WORDS = { yes: 'coché', allowed: 'autorisé', not_allowed: 'non autorisé', given: 'oui', refused: 'non', no_pork: 'sans porc', no_meat: 'sans viande' };

/** A text as a person reads it. */
export function said(page, place, text) {
  if (place === 'billing') return page.nameOf(text);
  if (place.endsWith('.born')) return shownDate(text);
  const free = place.startsWith('fiche.') && !/\.(emergency|hidden)$/.test(place);
  return free ? text : WORDS[text] ?? text;
}

/** What an input says, as a text of its place. */
export function textOf(input) {
  if (input.type === 'checkbox') return input.checked ? input.dataset.on : '';
  if (input.dataset.kind === 'date') return readDate(input.value, '2015-01-01') ?? input.value.trim();
  return input.value;
}
