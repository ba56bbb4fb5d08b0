// Days as ISO texts (2015-05-28), counted in UTC so that no clock change moves them, and said in French.

const DAYS = ['dimanche', 'lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi'];
const MONTHS = ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'];
const plain = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();

const utc = (day) => new Date(`${day}T00:00:00Z`);
const iso = (date) => date.toISOString().slice(0, 10);

export function isDay(text) {
  return /^\d{4}-\d\d-\d\d$/.test(text ?? '') && !Number.isNaN(utc(text).getTime()) && iso(utc(text)) === text;
}

export function addDays(day, count) {
  const date = utc(day);
  date.setUTCDate(date.getUTCDate() + count);
  return iso(date);
}

export const weekday = (day) => DAYS[utc(day).getUTCDay()];
export const dayNumber = (day) => String(utc(day).getUTCDate());

/** "lundi 25 mai 2015" */
export const fullDate = (day) => `${shortDate(day)} ${utc(day).getUTCFullYear()}`;

/** "25 mai 2015", "1er juin 2015" */
export const longDate = (day) => fullDate(day).slice(weekday(day).length + 1);

/** "mai" */
export const monthWord = (day) => MONTHS[utc(day).getUTCMonth()];

/** "Mai 2015" */
export function monthName(day) {
  const name = MONTHS[utc(day).getUTCMonth()];
  return `${name[0].toUpperCase()}${name.slice(1)} ${utc(day).getUTCFullYear()}`;
}

/** "lundi 25 mai", "lundi 1er juin" */
export function shortDate(day) {
  const number = utc(day).getUTCDate();
  return `${weekday(day)} ${number === 1 ? '1er' : number} ${MONTHS[utc(day).getUTCMonth()]}`;
}

/**
 * Reads a date as people write it: 28/05/2015, 28/5/15, 28.05.2015, 28 mai 2015, 1er juin, 2015-05-28.
 * Without a year, `near` gives it. Returns the ISO day, or null.
 */
export function readDate(text, near) {
  const typed = plain(text).trim().replace(/^(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\s+/, '');
  let parts = /^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$/.exec(typed);
  if (parts) return made(parts[1], parts[2], parts[3]);
  parts = /^(\d{1,2})\s*[/. -]\s*(\d{1,2})(?:\s*[/. -]\s*(\d{4}|\d{2}))?$/.exec(typed);
  if (parts) return made(parts[3] ?? near.slice(0, 4), parts[2], parts[1]);
  parts = /^(\d{1,2})(?:er)?\s+([a-z]{3,9})\.?(?:\s+(\d{4}|\d{2}))?$/.exec(typed);
  if (!parts) return null;
  const months = MONTHS.map(plain).map((name, at) => (name.startsWith(parts[2]) ? at + 1 : 0)).filter(Boolean);
  return months.length === 1 ? made(parts[3] ?? near.slice(0, 4), months[0], parts[1]) : null;
}

function made(year, month, day) {
  const text = `${String(year).padStart(4, '20')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return isDay(text) ? text : null;
}

/** The day it is in Paris at an instant. */
export const parisDay = (instant) => new Date(instant).toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' });

/** Hour and minute on the clock of Paris: ["08", "03"]. */
export const parisTime = (instant) => new Date(instant).toLocaleTimeString('fr-FR', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' }).split(':');

/** "8 h 03", on the clock of Paris. */
export function hourOf(instant) {
  const [hour, minute] = parisTime(instant);
  return `${Number(hour)}\u00a0h\u00a0${minute}`;
}

/** "le jeudi 26 novembre 2026 à 8 h 03": an instant on the clock of Paris. */
export const spokenInstant = (instant) => `le ${fullDate(parisDay(instant))} à ${hourOf(instant)}`;

/** "mardi 1er décembre, 8 h 52", on the clock of Paris. */
export const dayAndHour = (instant) => `${shortDate(parisDay(instant))}, ${hourOf(instant)}`;
