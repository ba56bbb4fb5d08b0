// One activity of the day: how many are expected of how many places, and a row for each school with how far its roll is.

import { hourOf } from '../../lib/dates.js';
import { h } from '../../lib/dom.js';
import { counted, french, listed } from '../../lib/text.js';

const clock = (text) => text.replace(/:00$/, ' h').replace(':', ' h ');
const marked = (one) => one.present + one.absent;
const isDone = (one) => marked(one) > 0 && one.awaited === 0;

/**
 * `address(activity, school)`: its roll; `ahead`: a day, or an hour, that has not come; `bySchool`: there are several schools, each
 * with its row. Where there is one, or none is known, an activity is one line.
 */
export function activityBlock(one, { address, ahead, bySchool }) {
  const { alone, others } = placesOf(one);
  const id = `activity-${one.id}`;
  const rows = one.schools.length ? one.schools : [{ ...one, school: null }];
  return h('section', { class: bySchool ? 'of-day' : 'of-day one-line', 'data-key': one.id, 'aria-labelledby': id },
    h('div', { class: 'of-day-head' },
      h('h2', { id }, one.name, one.hours && h('span', { class: 'hours' }, french(` ${clock(one.hours.from)} à ${clock(one.hours.to)}`))),
      number(one.booked, alone),
      bySchool ? h('span', { class: 'second of-day-state' }, french(stateOfAll(one))) : rest(one, one, { address, ahead })),
    others.length > 0 && h('p', { class: 'second of-day-places' }, french(`${others.join(' ; ')}.`)),
    bySchool && h('ul', {}, rows.map((row) => schoolRow(one, row, { address, ahead }))));
}

/** "79 / 99": the places that are this activity's alone and of every child stand beside the number. */
function placesOf({ places }) {
  const alone = places.find((one) => one.classes.length === 0 && one.shared.length === 0);
  const words = (one) => `${counted(one.places, 'place', 'places')}${one.classes.length ? ` pour ${listed(one.classes)}` : ''}${one.shared.length ? ` avec ${listed(one.shared)}` : ''}, ${counted(one.taken, 'prise', 'prises')}`;
  return { alone, others: places.filter((one) => one !== alone).map(words) };
}

const number = (booked, places) => h('span', { class: 'of-day-number' },
  h('b', {}, String(booked)), h('span', {}, h('span', { class: 'only-heard' }, booked > 1 ? ' inscrits' : ' inscrit'),
    places && ` / ${places.places}`, places && h('span', { class: 'only-heard' }, ' places')));

function stateOfAll(one) {
  const waiting = one.waiting > 0 && `${one.waiting} en liste d’attente`;
  const roll = marked(one) > 0 && !isDone(one) && `${pointed(one)}, ${counted(one.awaited, 'attendu', 'attendus')}`;
  return [waiting, roll].filter(Boolean).join(', ');
}

const pointed = (one) => counted(marked(one), 'pointé', 'pointés');

function schoolRow(activity, row, { address, ahead }) {
  const name = row.school ?? 'École non indiquée';
  return h('li', { 'data-key': row.school ?? '' }, h('span', { class: 'school' }, name), number(row.booked), rest(activity, row, { address, ahead, name }));
}

/** How far a roll is, and the link that leads to it. */
function rest(activity, row, { address, ahead, name }) {
  const words = marked(row) === 0 && (ahead || row.booked === 0) ? 'Liste' : isDone(row) ? 'Voir' : marked(row) ? 'Reprendre l’appel' : 'Faire l’appel';
  return h('div', { class: 'of-day-rest' },
    h('span', { class: 'second of-day-state' }, state(row)),
    h('a', { class: 'to-roll', href: address(activity.id, row.school) }, words, h('span', { class: 'only-heard' }, ` : ${[activity.name, name].filter(Boolean).join(', ')}`)));
}

/** How far the roll is; before it begins, what to know of it. */
function state(row) {
  const told = row.announced > 0 && counted(row.announced, 'absence annoncée', 'absences annoncées');
  const waiting = row.waiting > 0 && `${row.waiting} en liste d’attente`;
  const care = row.care > 0 && `${row.care} avec santé ou repas à lire`;
  if (row.booked === 0 && marked(row) === 0) return 'Personne n’est inscrit.';
  if (isDone(row)) {
    const absent = row.absent > 0 && counted(row.absent, 'absent', 'absents');
    return [h('b', { class: 'done' }, 'Appel fait'), french(` à ${hourOf(row.marked)}`), ...[absent, told].filter(Boolean).map((words) => `, ${words}`)];
  }
  const roll = marked(row) > 0 && `${pointed(row)}, ${counted(row.awaited, 'attendu', 'attendus')}`;
  const words = [roll, told, waiting].filter(Boolean).join(', ');
  if (roll || !care) return french(words);
  return words ? [words, h('span', { class: 'also' }, `, ${care}`)] : care;
}
