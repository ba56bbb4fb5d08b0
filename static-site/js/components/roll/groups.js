// Classes and schools of a roll: their order, who is shown, and how many still wait to be marked.

import { searched } from '../../lib/text.js';
import { isAbsent, isPresent } from './presence.js';

const COMPARE = new Intl.Collator('fr', { numeric: true, sensitivity: 'base' }).compare;
// The classes of a French school in their order, as towns write them; the first four are the maternelle.
const ORDER = [['tps', 'toute petite section'], ['ps', 'petite section'], ['ms', 'moyenne section'], ['gs', 'grande section'], ['cp'], ['ce1'], ['ce2'], ['cm1'], ['cm2'], ['6e'], ['5e'], ['4e'], ['3e']];
const MATERNELLE = 4;

/** The class a tab stands for; a child of whom none is known has one of its own. */
export const classOf = (line) => line.class ?? '';
export const schoolOf = (line) => line.school ?? '';

function rankOf(name) {
  const plain = searched(name);
  const at = ORDER.findIndex((names) => names.some((one) => plain === one || plain.startsWith(`${one} `)));
  return at < 0 ? ORDER.length : at;
}

/** Classes in the order of school years, others after them by name, "none known" last. */
export const classesOf = (lines) => [...new Set(lines.map(classOf))].sort((one, other) => Number(!one) - Number(!other) || rankOf(one) - rankOf(other) || COMPARE(one, other));
export const schoolsOf = (lines) => [...new Set(lines.map(schoolOf))].filter(Boolean).sort(COMPARE);

/** By first name: the order does not change while the roll is called. */
export const inOrder = (lines) => [...lines].sort((one, other) => COMPARE(one.first_name, other.first_name) || COMPARE(one.family_name, other.family_name));

/** Where all are shown: by school when there are several, else maternelle and élémentaire when both are there. */
export function sectionsOf(lines) {
  const ordered = inOrder(lines);
  if (schoolsOf(lines).length > 1) return grouped(ordered, (line) => schoolOf(line) || 'École non indiquée', COMPARE);
  const cycle = (line) => { const rank = rankOf(classOf(line)); return rank < MATERNELLE ? 'Maternelle' : rank < ORDER.length && 'Élémentaire'; };
  if (new Set(ordered.map(cycle)).size === 2 && ordered.every(cycle)) return grouped(ordered, cycle, (one, other) => COMPARE(other, one));
  return [{ name: '', lines: ordered }];
}

function grouped(lines, of, compare) {
  const names = [...new Set(lines.map(of))].sort(compare);
  return names.map((name) => ({ name, lines: lines.filter((line) => of(line) === name) }));
}

/** attendus = présents + absents + restent, of those who were booked; who came without is present too. */
export function countsOf(lines) {
  const present = lines.filter((line) => isPresent(line.presence)).length;
  const absent = lines.filter((line) => isAbsent(line.presence)).length;
  const left = lines.filter((line) => line.booked && !line.presence).length;
  return { expected: lines.filter((line) => line.booked).length, present, absent, left, unexpected: lines.filter((line) => !line.booked && isPresent(line.presence)).length };
}
