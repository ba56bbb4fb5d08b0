// Sends a gesture until it is finished: the server goes on where it stopped, and books no day twice.

import { announce } from '../../lib/announce.js';
import { shortDate } from '../../lib/dates.js';
import { h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';

const MOST = 20;

/** Resolves with the finished answer; throws as the API does. */
export async function carryThrough(send) {
  for (let turn = 1; turn <= MOST; turn += 1) {
    const answer = await send();
    if (answer.finished) return answer;
    announce('Une partie des jours est réservée, la suite arrive.');
  }
  throw new Error('never finished');
}

/** The town hall's yes, and what was left out, grouped by reason; `answers`: [name or '', answer] for each child. */
export function showOutcome(place, answers) {
  place.replaceChildren(...answers.flatMap(([name, answer]) => outcome(name && `${name} : `, answer)));
  place.hidden = false;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: 'nearest' });
  announce(answers.map(([name, answer]) => `${name && `${name} : `}${answer.summary}`).join(' '));
}

function outcome(lead, answer) {
  const reasons = Map.groupBy ? Map.groupBy(answer.skipped, (one) => one.reason) : grouped(answer.skipped);
  return [
    h('p', { class: 'yes' }, french(`${lead}${answer.summary}`)),
    answer.skipped.length === 0 ? '' : h('details', {}, h('summary', {}, 'Les jours laissés de côté'),
      [...reasons].map(([reason, days]) => h('div', {}, h('h3', {}, french(reason)),
        h('ul', {}, days.map((one) => h('li', {}, `${one.activity_name}, ${shortDate(one.day)}`)))))),
  ];
}

function grouped(skipped) {
  const groups = new Map();
  for (const one of skipped) groups.set(one.reason, [...(groups.get(one.reason) ?? []), one]);
  return groups;
}
