// The mark that a session which ended did not take: named where one signs in, and offered again on the roll.

import { nameUntaken } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { takeUntaken } from '../../lib/memory.js';
import { isAbsent, isPresent, nameOf } from './presence.js';

const PAGE = 'roll';
const verbOf = (presence) => (isPresent(presence) ? 'Présent' : isAbsent(presence) ? 'Absent' : 'Effacer');

/** `shown()` is the answer the page shows. Returns what says it, once the roll was read. */
export function openUntaken(roll, shown) {
  nameUntaken((body) => {
    const line = roll.line(body?.child);
    return line && { page: PAGE, body, words: { what: `${nameOf(line)}, ${shown().title}`, verb: verbOf(body.presence) } };
  });
  return () => {
    const before = takeUntaken(PAGE);
    const here = before && shown()?.day === before.body.day && shown().activity === before.body.activity;
    const line = here && roll.line(before.body.child);
    if (!line || (line.presence ?? null) === before.body.presence) return;
    const { presence, arrived, left } = before.body;
    const sentence = `${before.words.what} : « ${before.words.verb} » n’a pas été noté, votre connexion était finie.`;
    roll.slot.say(line.child, sentence, [[before.words.verb, () => roll.want(line.child, { presence, arrived: arrived ?? null, left: left ?? null })], ['Laisser']]);
    announce(sentence);
  };
}
