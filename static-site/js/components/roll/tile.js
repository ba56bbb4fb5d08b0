// One child of the roll: a tile on a tablet and a phone, a row at a desk. It is one button, named by the child, what must be
// known of it and its state; nothing of it moves when it is marked. A mark that is on its way is shown at once, in slate:
// orange is the server's yes.

import { h } from '../../lib/dom.js';
import { french, listed } from '../../lib/text.js';
import { isPresent, nameOf, spanOf, wordOf } from './presence.js';

// A given name is never cut short: where it is longer, the state stands beside the family name.
const LONG = 9;
// Whom it must not be handed to is read whole.
const TWO_LINES = 20;
const PROOFS = { none: 'sans justificatif', to_come: 'justificatif à venir', handed_in: 'justificatif remis' };

/** What health asks of whoever minds the child, in the one word that is not sealed. */
export const careOf = (line) => (line.pai ? 'PAI' : line.care ? 'Santé, repas' : '');
export const barredOf = (line) => (line.barred.length > 0 ? french(`Ne pas remettre à ${listed(line.barred)}`) : '');
export const reasonOf = (line) => (line.absence ? french(`Absence annoncée : ${line.absence.reason} (${PROOFS[line.absence.proof]})`) : '');
export const dossierOf = (organisation, line) => `/dossier.html?${new URLSearchParams({ organisation, famille: line.family, fiche: 'enfants' })}`;

/** The third line's words, where nobody is barred. */
function besideOf(line) {
  if (isPresent(line.presence)) return line.booked ? '' : 'sans inscription';
  if (line.absence) return french(`${line.presence === 'absent_excused' ? 'excusé' : 'absence annoncée'} : ${line.absence.reason}`);
  return line.presence === 'absent_excused' ? 'excusé' : '';
}

// What a reader hears between two parts of the name, and where nothing is marked yet.
const heard = (words) => h('span', { class: 'only-heard' }, words);

/** `locked`: nobody marks this roll, a day to come or a role that only reads. */
export function tile(line, { organisation, locked }) {
  const care = careOf(line) && h('a', { class: 'care-link', href: dossierOf(organisation, line) }, careOf(line), h('span', { class: 'only-heard' }, ` de ${line.first_name}, dans son dossier`));
  const element = h('li', { 'data-child': line.child, 'data-name': nameOf(line), 'data-long': line.first_name.length > LONG }, h('button', { type: 'button', class: 'tile', tabindex: '-1', disabled: locked }), care);
  dress(element, line);
  return element;
}

/** The tile says what the line says; the button stays, and with it the focus. */
export function dress(element, line) {
  const button = element.firstElementChild;
  const barred = barredOf(line);
  const care = careOf(line) && h('span', { class: 'care' }, heard(', '), careOf(line));
  element.dataset.seen = line.presence ?? 'no';
  element.toggleAttribute('data-pending', Boolean(line.pending));
  if (!button.disabled) button.setAttribute('aria-pressed', String(isPresent(line.presence)));
  const class_ = () => line.class && h('span', { class: 'of-class' }, heard(', '), line.class);
  const words = besideOf(line);
  const known = barred ? h('span', { class: 'barred', 'data-two': barred.length > TWO_LINES }, heard(', '), barred) : [care, words && h('span', { class: 'words' }, heard(', '), words)];
  button.replaceChildren(
    h('span', { class: 'box' }),
    h('span', { class: 'tile-name' }, h('b', {}, line.first_name), ' ', h('span', { class: 'line-two' }, h('span', { class: 'family-name' }, line.family_name), class_(), barred && care)),
    h('span', { class: 'beside' }, class_(), known),
    h('span', { class: 'state' }, h('span', { class: 'word' }, heard(', '), wordOf(line.presence) || heard('pas encore pointé'), spanOf(line) && heard(', ')), h('span', { class: 'span' }, spanOf(line))));
}

/** The tick draws itself once, when the server has said yes. */
export function draw(element) {
  element.removeAttribute('data-drawn');
  requestAnimationFrame(() => element.setAttribute('data-drawn', ''));
}
