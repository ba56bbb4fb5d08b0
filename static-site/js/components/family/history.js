// What happened to a family's weeks, the newest first: who, what, before and after, and the reason where somebody passed a limit.

import { fullDate, shortDate } from '../../lib/dates.js';
import { h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';

const WORDS = { booked: 'Inscrit', free: 'Libre', waiting: 'En attente' };

export function historyPanel({ changes, more }, readings) {
  const days = new Map();
  for (const change of changes) {
    const day = change.at.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), change]);
  }
  return [
    h('p', { class: 'serif' }, 'Ce qui a changé sur les jours de ces six derniers mois et des six prochains. Rien ne s’efface d’ici : défaire ajoute une ligne.'.replace(' :', '\u00a0:')),
    days.size === 0 && h('p', { class: 'second' }, 'Aucun changement.'),
    ...[...days].map(([day, rows]) => h('section', { class: 'part' }, h('h2', { class: 'day' }, `${fullDate(day).replace(/^./, (letter) => letter.toUpperCase())} `, h('small', {}, String(rows.length))),
      h('ul', { class: 'history-rows' }, rows.map(row)))),
    more && h('p', { class: 'second' }, 'Les changements plus anciens ne sont pas montrés ici : l’historique de chaque semaine les a.'.replace(' :', '\u00a0:')),
    readings.length > 0 && h('section', { class: 'part' }, h('h2', { class: 'day' }, 'Pièces ouvertes par des agents'), h('ul', { class: 'history-rows' }, readings.map((one) => h('li', { class: 'whole' }, french(one.sentence))))),
  ];
}

const hour = (at) => `${Number(at.slice(11, 13))}\u00a0h\u00a0${at.slice(14, 16)}`;

function row(change) {
  return h('li', {},
    h('span', { class: 'second' }, hour(change.at)), h('span', {}, change.who),
    h('span', {}, `${change.activity}, ${change.child}, ${shortDate(change.day)}`),
    h('span', {}, WORDS[change.from], h('span', { class: 'arrow-word' }, h('span', { 'aria-hidden': 'true' }, ' → '), h('span', { class: 'only-heard' }, ' puis ')), h('b', {}, WORDS[change.to])),
    change.reason && h('q', { class: 'why' }, french(change.reason)));
}
