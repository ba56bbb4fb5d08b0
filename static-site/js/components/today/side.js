// What waits for agents, each a link to the page that answers it with its key; and what parents said of the day.

import { addDays, dayNumber, hourOf, monthWord, parisDay, shortDate } from '../../lib/dates.js';
import { h } from '../../lib/dom.js';
import { counted, french, listed } from '../../lib/text.js';

/** By kind: its key, its words for one and for many, its page. */
export const WAITING = {
  changes: ['c', 'changement de dossier', 'changements de dossier', '/a-verifier.html'],
  documents: ['d', 'document reçu', 'documents reçus', '/a-verifier.html'],
  mail_troubles: ['m', 'mél qui ne passe pas', 'méls qui ne passent pas', '/facturation.html', 'troubles'],
  faults: ['n', 'famille en erreur', 'familles en erreur', '/facturation.html'],
  doubts: ['p', 'paiement en ligne à trancher', 'paiements en ligne à trancher', '/facturation.html', 'online'],
  erasures: ['e', 'effacement demandé', 'effacements demandés', '/effacements.html'],
};

/** In the order of the keys above. */
export const waitingRows = (waiting, organisation) => Object.keys(WAITING).map((kind) => waiting.find((one) => one.kind === kind)).filter(Boolean).map((one) => row(one, organisation));

function row({ kind, count, more, period }, organisation) {
  const [key, one, many, page, place] = WAITING[kind];
  const query = new URLSearchParams({ organisation, ...(period && { mois: period }) });
  return h('li', { 'data-key': kind },
    h('b', {}, `${count}${more ? '+' : ''}`),
    h('span', {}, h('a', { href: `${page}?${query}${place ? `#${place}` : ''}`, 'aria-keyshortcuts': key }, h('span', { class: 'only-heard' }, `${count} `), count > 1 ? many : one), period && h('span', { class: 'second' }, ` ${monthWord(`${period}-01`)}`)),
    h('kbd', { 'data-single-key': true, 'aria-hidden': 'true' }, key));
}

/** "depuis hier, 18 h 40": since when the oldest change waits. */
export function sinceWords(waiting, today) {
  const since = waiting.map((one) => one.since).filter(Boolean).sort()[0];
  return since ? french(`depuis ${when(since, today)}`) : '';
}

function when(instant, today) {
  const day = parisDay(instant);
  if (day === today) return hourOf(instant);
  return day === addDays(today, -1) ? `hier, ${hourOf(instant)}` : `le ${shortDate(day)}`;
}

/** "7 h 52", "hier", "22 mai", "30 nov." */
function saidWhen(at, today) {
  const day = parisDay(at);
  if (day === today) return hourOf(at);
  if (day === addDays(today, -1)) return 'hier';
  const month = monthWord(day);
  return `${dayNumber(day)} ${month.length > 5 ? `${month.slice(0, 4)}.` : month}`;
}

/** `address(activity)`: its roll. */
export const announcedRows = (announced, { today, address }) => announced.map((one) => said(one, { today, address }));

function said({ family, family_name: name, children, activities, reason, said: by, at }, { today, address }) {
  const who = children.map((child) => (child.class ? `${child.first_name} (${child.class})` : child.first_name));
  return h('li', { 'data-key': `${family} ${at} ${reason}` },
    h('span', { class: 'second said-at' }, french(saidWhen(at, today))),
    h('div', {},
      h('p', { class: 'said-words' }, french(`« ${reason} »`)),
      h('p', { class: 'second' }, h('b', {}, `${listed(who)}, famille ${name.toUpperCase()}`)),
      h('p', { class: 'second' }, `${listed(activities.map((activity) => activity.name))}. Dit par ${by}.`)),
    h('a', { href: address(activities[0].id) }, 'Appel', h('span', { class: 'only-heard' }, ` : ${activities[0].name}`)));
}
