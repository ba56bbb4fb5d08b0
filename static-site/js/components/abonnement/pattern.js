// The pattern of an abonnement: the child's activities as rows, the weekdays as columns, a native checkbox where one opens.
// Accessibility: a table with headers; each box says "Cantine maternelle, le lundi".

import { h } from '../../lib/dom.js';
import { french, listed } from '../../lib/text.js';

const WEEKDAYS = { Mon: 'lundi', Tue: 'mardi', Wed: 'mercredi', Thu: 'jeudi', Fri: 'vendredi', Sat: 'samedi', Sun: 'dimanche' };

/** Shows the activities of a child; `lines` are ticked. */
export function showPattern(place, child, lines = []) {
  const days = Object.keys(WEEKDAYS).filter((day) => child.activities.some((one) => one.weekdays.includes(day)));
  if (days.length === 0) {
    return place.replaceChildren(h('p', { class: 'serif' }, `${child.first_name} ne participe à aucune activité pour l’instant. Demandez à votre mairie de l’inscrire.`));
  }
  const ticked = (activity, day) => lines.some((line) => line.activity === activity && line.weekdays.includes(day));
  const box = (activity, day) => h('td', {}, activity.weekdays.includes(day) && h('label', {},
    h('input', { type: 'checkbox', 'data-activity': activity.id, 'data-weekday': day, 'aria-label': `${activity.name}, le ${WEEKDAYS[day]}`, checked: ticked(activity.id, day) }),
    h('span', { 'aria-hidden': 'true' }, day === 'Sun' ? 'dim.' : WEEKDAYS[day])));
  place.replaceChildren(h('table', { class: 'marelle' },
    h('caption', { class: 'only-heard' }, `Les jours de ${child.first_name}`),
    h('thead', {}, h('tr', {}, h('td'), days.map((day) => h('th', { scope: 'col' }, WEEKDAYS[day])))),
    h('tbody', {}, child.activities.map((activity) => h('tr', {},
      h('th', { scope: 'row', title: french(activity.rule) }, activity.name), days.map((day) => box(activity, day)))))));
}

/** What is ticked, as the server takes it. */
export function readPattern(place) {
  const lines = new Map();
  for (const { dataset, checked } of place.querySelectorAll('input[data-activity]')) {
    if (checked) lines.set(dataset.activity, [...(lines.get(dataset.activity) ?? []), dataset.weekday]);
  }
  return [...lines].map(([activity, weekdays]) => ({ activity, weekdays }));
}

/** "Cantine maternelle, le lundi et le jeudi" for each activity that is ticked. */
export function saidPattern(lines, child) {
  return lines.map(({ activity, weekdays }) => `${child.activities.find((one) => one.id === activity)?.name}, ${listed(weekdays.map((day) => `le ${WEEKDAYS[day]}`))}`);
}

/** What of it a sibling can do too: the activities that both have, on the days they open. */
export function sharedLines(lines, child) {
  return lines.flatMap(({ activity, weekdays }) => {
    const own = child.activities.find((one) => one.id === activity);
    const days = weekdays.filter((day) => own?.weekdays.includes(day));
    return days.length ? [{ activity, weekdays: days }] : [];
  });
}
