// Why something is refused, as the family will read it: one of the usual sentences, or one's own.
// Accessibility: native radios in a group with its legend; figures choose outside fields, and so do the arrows within.

import { h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { mark } from '../field/field.js';

export const OF_A_DOCUMENT = [
  'La photo est coupée : il manque une partie de la page. Renvoyez la page entière.',
  'La photo est floue : on ne lit pas le texte. Reprenez-la à la lumière, bien à plat.',
  'Ce document n’est plus valable. Renvoyez celui de cette année.',
  'Ce n’est pas le document demandé. Vérifiez son titre, puis envoyez le bon.',
];
export const OF_A_CHANGE = [
  'La pièce que vous avez envoyée ne le montre pas : envoyez-en une récente.',
  'Ce n’est pas ce que vous nous avez dit au guichet : appelez-nous.',
  'On ne comprend pas ce changement : écrivez-le en entier.',
];

export class Refusal {
  /** `keys`: whether figures choose here. What a person writes stands before what they chose. */
  constructor(sentences, { label = 'Pour refuser, la famille lira', name = 'why', keys = false } = {}) {
    this.radios = sentences.map((sentence) => h('input', { type: 'radio', name, value: sentence }));
    this.own = h('input', { id: `${name}-own`, name: `${name}-own`, maxlength: 300, autocomplete: 'off' });
    this.own.addEventListener('input', () => { if (this.own.value.trim()) for (const radio of this.radios) radio.checked = false; });
    for (const radio of this.radios) radio.addEventListener('change', () => { this.own.value = ''; this.clear(); });
    this.element = h('fieldset', { class: 'refusals slate' }, h('legend', {}, label),
      this.radios.map((radio, at) => h('label', {}, radio, h('span', {}, french(sentences[at])), keys && h('kbd', { 'aria-hidden': 'true' }, String(at + 1)))),
      h('div', { class: 'field' }, h('label', { for: this.own.id }, 'ou une phrase à vous'), this.own));
  }

  /** The sentence of that rank, by its key. */
  choose(at) {
    const radio = this.radios[at];
    if (!radio) return;
    radio.checked = true;
    radio.dispatchEvent(new Event('change', { bubbles: true }));
    radio.focus();
  }

  /** What the family will read; null after saying that a sentence is missing. */
  text() {
    this.clear();
    const said = this.own.value.trim() || this.radios.find((radio) => radio.checked)?.value || '';
    if (said.length >= 10) return said;
    mark(this.own, 'Choisissez une phrase, ou écrivez ce qui ne va pas et quoi renvoyer, en 10 caractères au moins.');
    (this.own.value ? this.own : this.radios[0]).focus();
    return null;
  }

  clear() {
    this.own.removeAttribute('aria-invalid');
    this.element.querySelector('.refusal')?.remove();
  }
}
