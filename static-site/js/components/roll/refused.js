// A mark that was not taken: the tile is as it was, and it is said why and what can still be done.

import { Problem } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { french } from '../../lib/text.js';
import { NO_REPLY } from '../field/field.js';
import { heardOf, isAbsent, isPresent, shownHour } from './presence.js';

export const wordsOf = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

export async function refused(roll, line, mark, error) {
  if (error instanceof Problem && error.code === 'changed-meanwhile') return met(roll, line, mark);
  const known = error instanceof Problem;
  const wanted = mark.presence ? `« ${heardOf(mark.presence)} »` : 'l’effacement';
  const sentence = known ? `${line.first_name} : ${error.message}` : `${line.first_name} : pas de réponse de la mairie, rien n’est sûr pour ${wanted}.`;
  roll.slot.say(line.child, sentence, known ? [] : [['Recommencer', () => roll.want(line.child, mark)]]);
  announce(sentence);
  // What the server did is not known: what is true is read.
  if (!known) roll.reread();
}

/** Somebody else was faster: what they have said stands, and a person decides. */
async function met(roll, line, mark) {
  await roll.reread();
  const now = roll.line(line.child);
  if (!now) return roll.slot.say(line.child, `${line.first_name} n’est plus inscrit : rien n’a été noté.`);
  if ((now.presence ?? null) === mark.presence) return announce(`${now.first_name}, ${heardOf(now.presence)}.`);
  const said = now.presence ? `${now.noted.by} a noté « ${heardOf(now.presence)} » à ${shownHour(now.noted.at)}` : 'quelqu’un d’autre vient d’effacer le pointage';
  const sentence = `${now.first_name} : ${said}. Votre ${mark.presence ? `« ${heardOf(mark.presence)} »` : 'effacement'} n’a pas été pris.`;
  const leave = `Laisser ${isAbsent(now.presence) ? 'absent' : isPresent(now.presence) ? 'présent' : 'ainsi'}`;
  const insist = mark.presence ? `Noter ${isAbsent(mark.presence) ? 'absent' : 'présent'}` : 'Effacer';
  roll.slot.say(now.child, sentence, [[leave], [insist, () => roll.want(now.child, mark)]]);
  announce(sentence);
}
