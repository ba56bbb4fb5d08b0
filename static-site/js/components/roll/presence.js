// What a tap makes of a child's line, and the words for it.

/** Whether the child was seen, booked or not. */
export const isPresent = (presence) => presence?.startsWith('present') ?? false;
export const isAbsent = (presence) => presence?.startsWith('absent') ?? false;

/** How this child is present: a booking makes the difference on the invoice. */
export const presentAs = (line) => (line.booked ? 'present' : 'present_unbooked');

/** How this child is absent: excused where the family has announced it. One that was not expected is never absent. */
export const absentAs = (line) => (line.absence ? 'absent_excused' : 'absent_unexcused');

/** What the next tap says: present, absent, nothing. */
export function nextOf(line, presence) {
  if (!presence) return presentAs(line);
  return isPresent(presence) && line.booked ? absentAs(line) : null;
}

/** The word at the right of a tile. */
export function wordOf(presence) {
  if (isPresent(presence)) return 'Présent';
  return isAbsent(presence) ? 'Absent' : '';
}

const HEARD = { present: 'présent', absent_excused: 'absent, excusé', absent_unexcused: 'absent', present_unbooked: 'présent sans inscription' };
/** As a sentence says it. */
export const heardOf = (presence) => HEARD[presence] ?? 'pas encore pointé';

/** The name as a sentence has it. */
export const nameOf = (line) => `${line.first_name} ${line.family_name}`;

/** A mark is what was seen and, of who was seen, from when to when. */
export const markOf = (line) => ({ presence: line.presence ?? null, arrived: line.arrived ?? null, left: line.left ?? null });
export const sameMark = (one, other) => one.presence === other.presence && one.arrived === other.arrived && one.left === other.left;

/** "8 h 30", "8h30", "830" and "8:30" as 8:30; null when it is empty, undefined when it is no hour. */
export function readHour(text) {
  const typed = text.trim();
  if (!typed) return null;
  const parts = /^(\d{1,2})\s*(?:[h:.]\s*(\d{2})?)?$/i.exec(typed) ?? /^(\d{1,2})(\d{2})$/.exec(typed);
  if (!parts) return undefined;
  const [hour, minute] = [Number(parts[1]), Number(parts[2] ?? 0)];
  return hour < 24 && minute < 60 ? `${hour}:${String(minute).padStart(2, '0')}` : undefined;
}

/** "8 h 05" */
export const shownHour = (hour) => (hour ? hour.replace(/^0(?=\d)/, '').replace(':', '\u00a0h\u00a0') : '');

/** "8 h 05 – 17 h 42", "8 h 05 – …"; empty when no hour is known. */
export const spanOf = ({ arrived, left }) => (arrived || left ? [arrived, left].map((hour) => shownHour(hour) || '…').join(' – ') : '');
