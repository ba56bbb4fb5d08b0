// The words of a cell: what is seen, and the whole sentence that is heard.

import { fullDate } from '../../lib/dates.js';

const HEARD = {
  open_free: 'non inscrit',
  open_booked: 'inscrit',
  locked_free: 'non inscrit, l’inscription n’est plus autorisée',
  locked_booked: 'inscrit, la désinscription n’est plus autorisée',
  closed: 'fermé',
  full: 'complet',
  waiting: 'en liste d’attente',
};
const SEEN = { open_free: 'Libre', open_booked: 'Inscrit', locked_free: 'Non inscrit', locked_booked: 'Inscrit', closed: 'Fermé', full: 'Complet', waiting: 'En attente' };

/** "Cantine maternelle, Chloé, lundi 25 mai 2015" */
export const place = (cell) => `${cell.activity.name}, ${cell.child.first_name}, ${fullDate(cell.day)}`;

/** "Cantine maternelle, Chloé, lundi 25 mai 2015 : inscrit" */
export function heard(cell) {
  if (cell.pending) return `${place(cell)} : ${cell.pending.slow ? 'pas encore de réponse' : 'envoi en cours'}`;
  const fact = factOf(cell);
  const state = /ticket/.test(fact) ? 'non inscrit' : HEARD[cell.state];
  return `${place(cell)} : ${cell.refused ? 'refusé, ' : ''}${state}${fact && `, ${fact}`}`;
}

/** What the note says beside limits: "absence signalée", "pointé : présent", "plus de ticket". */
const factOf = (cell) => (/^(absence|pointé|plus de ticket|tickets)/.test(cell.note ?? '') && !cell.refused ? cell.note : '');

export function seen(cell) {
  if (cell.pending) return cell.pending.slow ? 'Pas encore de réponse' : 'Envoi…';
  return cell.refused ? 'Refusé' : SEEN[cell.state];
}

export function noteOf(cell) {
  if (cell.pending) return 'la mairie n’a pas encore répondu';
  return cell.refused ? null : cell.note;
}

/** The second line of a cell that has one: "2ᵉ de la liste", "absence signalée". */
export function second(cell) {
  if (cell.pending || cell.refused) return '';
  if (factOf(cell)) return factOf(cell);
  if (cell.state === 'full') return 'liste d’attente';
  return cell.state === 'waiting' && cell.rank ? `${cell.rank}${cell.rank === 1 ? 'ᵉʳ' : 'ᵉ'} de la liste` : '';
}

export const isOpen = (cell) => cell.state === 'open_free' || cell.state === 'open_booked';
/** Whether a click does something: also joining or leaving the waiting list. */
export const isClickable = (cell) => isOpen(cell) || cell.state === 'full' || cell.state === 'waiting';
export const isBooked = (cell) => cell.state === 'open_booked' || cell.state === 'locked_booked';
export function wantedBy(cell) {
  if (cell.state === 'full') return 'waiting';
  return isBooked(cell) || cell.state === 'waiting' ? 'free' : 'booked';
}
