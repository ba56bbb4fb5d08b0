// What closes most of a week is said once, in a band under the days; rows in which nothing opens are left out then.

import { h } from '../../lib/dom.js';
import { addDays, shortDate, weekday } from '../../lib/dates.js';
import { french, listed } from '../../lib/text.js';

const MOST = 3; // of the five days from Monday to Friday

const isShut = (activity) => activity.cells.every((cell) => cell.state === 'closed');

/** The week with `band`, where something closes it, and without the rows in which nothing opens then. */
export function withBand(week) {
  const reason = reasonOf(week);
  if (!reason) return week;
  const shut = new Set();
  const open = new Set();
  const children = week.children.map((child) => {
    for (const activity of child.activities ?? []) (isShut(activity) ? shut : open).add(activity.name);
    const activities = (child.activities ?? []).filter((activity) => !isShut(activity));
    if (activities.length || !child.activities?.length) return { ...child, activities };
    return { ...child, activities, empty: 'Rien d’ouvert cette semaine.' };
  });
  return { ...week, children, band: { ...reason, shut: [...shut].filter((name) => !open.has(name)), open: [...open], next: nextOf(week) } };
}

function reasonOf(week) {
  const days = new Map();
  for (const activity of week.children.flatMap((child) => child.activities ?? [])) {
    activity.cells.slice(0, 5).forEach((cell, at) => {
      if (cell.closed !== 'named' && cell.closed !== 'unpublished') return;
      const key = `${cell.closed} ${cell.note}`;
      if (!days.has(key)) days.set(key, { cell, at: new Set() });
      days.get(key).at.add(at);
    });
  }
  const cell = [...days.values()].find(({ at }) => at.size >= MOST)?.cell;
  if (cell?.closed === 'unpublished') return { kind: 'unpublished', title: 'Le calendrier scolaire n’est pas encore publié' };
  if (cell) return { kind: 'named', name: cell.note, title: cell.note };
  if (week.children.length === 0 || week.children.some((child) => child.activities?.length)) return null;
  const before = week.sunday < week.today;
  return { kind: before ? 'before' : 'nothing', title: before ? 'Rien d’ouvert cette semaine-là' : 'Rien d’ouvert cette semaine' };
}

/** The first of the children's next dates. */
function nextOf({ children }) {
  const dates = children.map((child) => child.next).filter(Boolean);
  return dates.sort((a, b) => (a.day < b.day ? -1 : 1))[0] ?? null;
}

function sentence({ kind, shut, open }) {
  if (kind === 'before') return 'Vos enfants n’avaient pas d’activité, ou c’était avant ce que le portail connaît.';
  if (kind === 'unpublished') return 'Rien n’est complet : personne ne peut encore réserver ces jours.';
  if (kind === 'nothing') return 'Vos enfants n’ont pas d’activité ces jours-là, ou leurs dates ne sont pas encore publiées.';
  const closed = shut.length ? `Fermé : ${listed(shut)}.` : '';
  return `${closed} ${open.length ? `Ouvert : ${listed(open)}.` : ''}`.trim();
}

/** on: { go(day), seek(button) }: to the next week that opens, known or looked for. */
export function bandBody(week, on) {
  const { band } = week;
  const days = `du ${weekday(week.monday)} ${shortDate(week.monday).split(' ').slice(1).join(' ')} au ${shortDate(week.sunday)}`;
  const button = band.next
    ? h('button', { type: 'button', class: 'button', onclick: () => on.go(band.next.day) }, french(`${band.next.activity} : ${shortDate(band.next.day)}`))
    : h('button', { type: 'button', class: 'button', onclick: (event) => on.seek(event.currentTarget) }, band.kind === 'named' ? 'Aller à la reprise' : 'Aller à la prochaine semaine ouverte');
  return h('tbody', { role: 'rowgroup', class: 'band shown' }, h('tr', { role: 'row' }, h('td', { role: 'cell', colspan: 8 }, h('div', { class: 'band-box' },
    h('div', { class: 'band-words' },
      h('h3', {}, band.title, h('span', { class: 'wide-only' }, ', '), h('span', { class: 'band-days' }, days)),
      h('p', {}, french(sentence(band)))),
    band.kind === 'before' ? null : button))));
}

/** The name of what closes one day, where the band does not say it: "Noël". */
export function closedName(cell, week) {
  const { note } = cell;
  if (cell.closed !== 'named' || note === week.band?.name || note.length > 22) return null;
  return note;
}

/** The Monday of the next week that no holidays close and in which something is open; null after twenty. */
export async function seekOpen(monday, read) {
  for (let count = 1; count <= 20; count += 1) {
    const day = addDays(monday, 7 * count);
    const week = await read(day);
    const open = week.children.flatMap((child) => child.activities ?? []).some((activity) => !isShut(activity));
    if (open && !reasonOf(week)) return day;
  }
  return null;
}
