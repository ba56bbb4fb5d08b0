// The latest change of each child can be taken back: what was done and "Annuler ce changement", in the margin note of its
// row, or under "toutes les activités". It stays until that child's next change, another week, or until one of its cells
// has changed by itself: somebody else, or the limit.

import { Problem, undoChange } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { shortDate } from '../../lib/dates.js';

const NO_REPLY = 'Pas de réponse de la mairie : rien n’est sûr.';
export const NEXT = 'Annuler ce changement\u00a0: bouton suivant.';

/** What a click made of a cell, as its note tells it. */
function saidOf(cell, before) {
  const { first_name: name } = cell.child;
  if (cell.state === 'waiting') return `vous venez de mettre ${name} en liste d’attente.`;
  if (before === 'waiting') return `vous venez de retirer ${name} de la liste d’attente. Annuler l’y remet, à la fin : le rang est perdu.`;
  return cell.state.endsWith('booked') ? `vous venez d’inscrire ${name}.` : `vous venez d’annuler l’inscription de ${name}.`;
}

/** What is so again. */
function undoneOf(cell) {
  const { first_name: name } = cell.child;
  if (cell.state === 'waiting') return `changement annulé, ${name} est de nouveau en liste d’attente.`;
  return cell.state.endsWith('booked') ? `changement annulé, l’inscription de ${name} tient comme avant.` : 'changement annulé, pas d’inscription, comme avant.';
}

export class Undos {
  constructor() { this.latest = new Map(); }

  /** The note of a row, or of "toutes les activités" of a child's block: those that still stand. */
  of(child, activity) {
    const undo = this.latest.get(child);
    if (!undo || undo.activity !== activity) return [];
    if (!undo.underWay && undo.cells.some(({ cell, state }) => cell.state !== state || cell.pending)) return [];
    return [{ kind: 'said', key: undo.key, lead: undo.lead, day: undo.day, text: undo.text, action: undo.action }];
  }

  clear() { this.latest.clear(); }

  forget(child) { this.latest.delete(child); }

  /**
   * A change was taken. change: { family, request, body: the click, result, cells: those it was about, before: the state of the
   * only one before, redo() }; on: { paint(child), reread() }.
   */
  offer({ family, request, body, result, cells, before, redo }, on) {
    const { child, activity, day } = body;
    const [cell] = cells;
    const lead = activity ? `${cell.activity.name}, ${shortDate(day)}` : '';
    const text = activity ? saidOf(cell, before) : result.message;
    const undo = { child, activity, day, lead, text, key: request, cells: cells.map((one) => ({ cell: one, state: one.state })) };
    const asked = { request: crypto.randomUUID(), from: day, to: day };
    const repaint = (changed) => {
      if (this.latest.get(child) !== undo) return;
      Object.assign(undo, changed);
      on.paint(child);
    };
    const run = async () => {
      repaint({ underWay: true, key: `${request} under way`, text: 'annulation en cours…', action: null });
      try {
        const { message } = await undoChange(family, request, asked).catch((error) => {
          if (error instanceof Problem) throw error;
          return undoChange(family, request, asked); // the same request: repeating it changes nothing
        });
        await on.reread();
        this.stand(undo);
        repaint({ key: `${request} undone`, text: activity ? undoneOf(cell) : message, action: { label: 'Le refaire', run: redo } });
        announce(`${message} Le refaire\u00a0: bouton suivant.`);
      } catch (error) {
        const known = error instanceof Problem;
        if (known) await on.reread();
        this.stand(undo);
        repaint({ key: `${request} ${known}`, text: known ? error.message : NO_REPLY, action: known ? null : { label: 'Annuler ce changement', run } });
        announce(known ? error.message : NO_REPLY);
      }
    };
    undo.action = { label: 'Annuler ce changement', run };
    undo.run = run;
    this.latest.set(child, undo);
    on.paint(child);
  }

  /** From now on the note stands for the cells as they are. */
  stand(undo) {
    undo.underWay = false;
    for (const one of undo.cells) one.state = one.cell.state;
  }

  /** The latest change of a child is taken back by a key; whether there is one. */
  press(child) {
    const undo = this.latest.get(child);
    if (undo?.action?.run !== undo?.run || !undo) return false;
    undo.run();
    return true;
  }
}
