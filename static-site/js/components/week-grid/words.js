// The words of a cell: what is seen, and the whole sentence that is heard.

import { fullDate } from '../../lib/dates.js';

const SEEN = { open_free: 'Libre', open_booked: 'Inscrit', locked_free: 'Non inscrit', locked_booked: 'Inscrit', closed: 'Fermé', full: 'Complet', waiting: 'En attente' };

/** "Cantine maternelle, Chloé, lundi 25 mai 2015" */
export const place = (cell) => `${cell.activity.name}, ${cell.child.first_name}, ${fullDate(cell.day)}`;

/** "Cantine maternelle, Chloé, lundi 25 mai 2015 : inscrit" */
export function heard(cell) {
  if (cell.pending) return `${place(cell)} : ${cell.pending.slow ? 'pas encore de réponse' : 'envoi en cours'}`;
  return `${place(cell)} : ${cell.refused ? 'refusé, ' : ''}${cell.said}`;
}

/** The piece without which the cell cannot be booked: the cell leads to it. */
export const pieceOf = (cell) => (cell.pending || cell.refused ? undefined : cell.pieces?.[0]);

/** Whether it is locked for a reason of its own, which a keyboard has to reach too. */
export const saysWhy = (cell) => cell.state.startsWith('locked') && !cell.pending && !cell.refused && Boolean(cell.note);

export function seen(cell) {
  if (cell.pending) return cell.pending.slow ? 'Pas encore de réponse' : 'Envoi…';
  if (!cell.refused && isPassed(cell)) return isBooked(cell) ? SEEN.open_booked : SEEN.open_free;
  return cell.refused ? 'Refusé' : pieceOf(cell)?.title ?? cell.closedBy ?? SEEN[cell.state];
}

export function noteOf(cell) {
  if (cell.pending) return 'la mairie n’a pas encore répondu';
  if (pieceOf(cell)) return `pièce ${pieceOf(cell).word}`;
  return cell.refused ? null : cell.note;
}

/** The second line of a cell that has one: "2ᵉ de la liste", "absence signalée", "à envoyer". */
export function second(cell) {
  if (cell.pending || cell.refused) return '';
  if (isPassed(cell)) return '';
  if (pieceOf(cell)) return pieceOf(cell).word;
  if (cell.kind) return cell.note;
  if (cell.state === 'full') return 'liste d’attente';
  return cell.state === 'waiting' && cell.rank ? `${cell.rank}${cell.rank === 1 ? 'ᵉʳ' : 'ᵉ'} de la liste` : '';
}

export const isOpen = (cell) => cell.state === 'open_free' || cell.state === 'open_booked';
/** Whether a click does something: also joining or leaving the waiting list. */
export const isClickable = (cell) => isOpen(cell) || cell.state === 'full' || cell.state === 'waiting' || isPassed(cell);
/** Whether it is locked and an agent passes over limits now: a box with a padlock in its corner. */
export const isPassed = (cell) => Boolean(cell.passing) && cell.state.startsWith('locked');
export const isBooked = (cell) => cell.state === 'open_booked' || cell.state === 'locked_booked';
export function wantedBy(cell) {
  if (cell.state === 'full') return 'waiting';
  return isBooked(cell) || cell.state === 'waiting' ? 'free' : 'booked';
}

/** Whether the cell is as somebody wanted it. */
export function holds(want, cell) {
  if (want === 'free') return !isBooked(cell) && cell.state !== 'waiting';
  return isBooked(cell) || (want === 'waiting' && cell.state === 'waiting');
}

/** The verb of a click on a cell. */
export function verbOf(want, cell) {
  if (want === 'free') return cell.state === 'waiting' ? 'Quitter la liste d’attente' : 'Annuler l’inscription';
  return want === 'waiting' ? 'Rejoindre la liste d’attente' : 'Inscrire';
}
