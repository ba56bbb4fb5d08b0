// Several clicks in one gesture: what would change is shown first, then asked, then sent one after the other.

import { byId, h, setText } from '../../lib/dom.js';
import { addDays, shortDate } from '../../lib/dates.js';
import { counted, french } from '../../lib/text.js';
import { holds, isBooked, isOpen } from './words.js';

/** What of last week can be booked this week: nothing is cancelled. */
export function asLastWeek(grid, last) {
  const booked = new Set(last.children.flatMap((child) => (child.activities ?? []).flatMap((activity) =>
    activity.cells.flatMap((cell, at) => (isBooked(cell) ? [`${child.id}|${activity.id}|${addDays(last.monday, at + 7)}`] : [])))));
  return [...grid.cells.values()].filter((cell) => cell.state === 'open_free' && !cell.pending && booked.has(cell.key)).map((cell) => ({ cell, want: 'booked' }));
}

/** What makes a child's open days like those of another, in the activities that both have. */
export function asSibling(grid, child, other) {
  return [...grid.cells.values()].filter((cell) => cell.child.id === child && isOpen(cell) && !cell.pending).flatMap((cell) => {
    const model = grid.cells.get(`${other}|${cell.activity.id}|${cell.day}`);
    if (!model || model.pending || model.state === 'closed' || isBooked(model) === isBooked(cell)) return [];
    return [{ cell, want: isBooked(model) ? 'booked' : 'free' }];
  });
}

/** "Chloé : Cantine maternelle lundi 25 mai, jeudi 28 mai" for each child and activity. */
function lines(changes) {
  const groups = new Map();
  for (const { cell, want } of changes) {
    const key = `${want === 'free' ? 'Annuler, ' : ''}${cell.child.first_name}, ${cell.activity.name}`;
    groups.set(key, [...(groups.get(key) ?? []), shortDate(cell.day)]);
  }
  return [...groups].map(([key, days]) => h('li', {}, h('b', {}, french(`${key} : `)), days.join(', ')));
}

function said(changes) {
  const bookings = changes.filter(({ want }) => want === 'booked').length;
  const cancelled = changes.length - bookings;
  return [bookings && counted(bookings, 'inscription', 'inscriptions'), cancelled && counted(cancelled, 'annulation', 'annulations')].filter(Boolean).join(' et ');
}

/** Resolves with whether the parent says yes. */
export function askMany(title, changes) {
  const dialog = byId('many');
  setText(byId('many-title'), title);
  setText(byId('many-what'), `Soit ${said(changes)}. Le reste ne change pas.`);
  byId('many-list').replaceChildren(...lines(changes));
  setText(byId('many-yes'), `Valider ${said(changes)}`);
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => { dialog.onclose = () => resolve(dialog.returnValue === 'yes'); });
}

/** Sends them; resolves with the sentence of what became of them, and the requests that were taken. */
export async function sendMany(clicks, grid, family, changes) {
  clicks.made = [];
  const done = { taken: 0, refused: 0, unsure: 0 };
  for (const { cell, want } of changes) {
    if (cell.pending || holds(want, cell)) continue;
    const end = await clicks.one(grid, family, cell, want, { quiet: true });
    done[end] += 1;
    if (end === 'unsure') break;
  }
  const { taken, refused, unsure } = done;
  const left = changes.length - taken - refused - unsure;
  const sentence = french([
    taken ? `${counted(taken, 'changement est fait', 'changements sont faits')}.` : 'Rien n’a changé.',
    refused ? `${counted(refused, 'n’a pas été pris', 'n’ont pas été pris')} : la raison est dans le planning.` : '',
    unsure ? `Pas de réponse de la mairie pour le suivant${left ? ` ; ${counted(left, 'autre n’a pas été envoyé', 'autres n’ont pas été envoyés')}` : ''}.` : '',
  ].filter(Boolean).join(' '));
  return { sentence, made: clicks.made };
}
