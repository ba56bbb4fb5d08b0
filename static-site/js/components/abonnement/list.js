// The abonnements there are, each with its sentence, what it did, and what can be done with it.

import { h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';

/** on: { edit(abonnement), end(abonnement), resume(abonnement) } */
export function showList(place, abonnements, on) {
  const button = (hook, words, abonnement, run) => h('button', { type: 'button', class: 'button', [`data-${hook}`]: true, 'aria-label': `${words} : ${abonnement.child_name}, ${abonnement.sentence}`, onclick: () => run(abonnement) }, words);
  place.replaceChildren(...abonnements.map((one) => h('li', { 'data-abonnement': one.id },
    h('h2', { class: 'plate' }, one.child_name),
    h('div', {},
      h('p', { class: 'what' }, french(one.sentence)),
      h('p', { class: 'summary second' }, one.finished ? french(one.summary) : 'Interrompu : une partie des jours reste à réserver.')),
    h('p', { class: 'does' },
      !one.finished && button('resume', 'Reprendre', one, on.resume),
      button('edit', 'Modifier', one, on.edit),
      button('end', 'Arrêter l’abonnement', one, on.end)))));
  if (abonnements.length === 0) place.replaceChildren(h('li', {}, h('p', { class: 'second' }, 'Aucun abonnement pour l’instant.')));
}
