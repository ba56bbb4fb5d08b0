// What a family changed and an agent has to answer: today's text beside the one that is asked for.
// Accessibility: a table with its head; where several fields wait, each has its own box, all ticked at first.

import { h } from '../../lib/dom.js';
import { french, listed } from '../../lib/text.js';
import { longDate } from '../../lib/dates.js';
import { OF_A_CHANGE, Refusal } from './refusal.js';

const ADDRESS = ['address_1', 'address_2', 'address_3', 'postal_code', 'town'];
const partsOf = (waiting) => waiting.place.split('.');

/** The document that could prove it: the last proof of address where somebody moves. */
export function proofOf({ waiting }, documents) {
  const moves = waiting.some((one) => ADDRESS.includes(partsOf(one).at(-1)));
  return (moves && documents.find((one) => one.opens && one.kind === 'proof_of_address')) || null;
}

export class ChangeReview {
  constructor(dossier) {
    this.dossier = dossier;
    this.refusal = new Refusal(OF_A_CHANGE, { name: 'queue-why', keys: true });
    this.several = dossier.waiting.length > 1;
    this.boxes = dossier.waiting.map((one) => h('input', { type: 'checkbox', checked: true, 'data-field': one.place, 'aria-label': `Répondre pour : ${this.label(one)}`.replace(' :', '\u00a0:') }));
  }

  /** The fields that are answered now. */
  chosen() { return this.dossier.waiting.filter((_, at) => !this.several || this.boxes[at].checked); }

  parts() {
    const { children, waiting } = this.dossier;
    const [first] = waiting;
    return [
      h('div', { class: 'family-children' }, children.map((child) => h('p', { class: 'family-child' }, h('span', { class: 'plate small' }, child.first_name), h('span', { class: 'second' }, [child.class, child.school].filter(Boolean).join(', '))))),
      h('p', { class: 'said' }, french(`${listed([...new Set(waiting.map((one) => one.by))])} ${waiting.length > 1 ? 'demande ces changements' : 'demande ce changement'}, depuis ${first.at}.`)),
      h('table', { class: 'ledger two-sides' },
        h('thead', {}, h('tr', {}, this.several && h('td', {}), h('td', {}), h('th', { scope: 'col' }, 'Aujourd’hui'), h('th', { scope: 'col' }, 'Demandé'))),
        h('tbody', {}, waiting.map((one, at) => h('tr', {},
          this.several && h('td', { class: 'slate' }, this.boxes[at]),
          h('th', { scope: 'row' }, this.label(one)), h('td', {}, this.said(one, one.was)), h('td', { class: 'asked' }, h('b', {}, this.said(one, one.now))))))),
      this.refusal.element,
    ];
  }

  /** "Ville, Marc": whose, where it is a fiche. */
  label(one) {
    const whose = this.dossier.fiches.find((fiche) => fiche.id === partsOf(one)[1])?.values.first_name ?? this.dossier.children.find((child) => child.id === partsOf(one)[1])?.first_name;
    return whose ? `${one.label}, ${whose}` : one.label;
  }

  said(one, text) {
    if (!text) return 'aucun';
    const billed = one.place === 'billing' && this.dossier.fiches.find((fiche) => fiche.id === text);
    return billed ? `${billed.values.first_name} ${billed.values.last_name}` : text;
  }
}

/** "Reçu le 22 mai, envoyé le 20 mai 2015 par Marc DEVRET." */
export const aboutDocument = (one) => french(`${one.name}, ${one.size}. ${one.word ? `${one.word}, e` : 'E'}nvoyé le ${longDate(one.sent)} par ${one.said}.`);
