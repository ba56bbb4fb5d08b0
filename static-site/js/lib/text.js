// French typography for sentences that come from elsewhere: spaces that must not break.

const HARD = '\u00a0';

export function french(text) {
  return String(text ?? '')
    .replace(/ (?=[:;?!»€%])/g, HARD)
    .replace(/« /g, `«${HARD}`)
    .replace(/(\d) (?=h\b|\d)/g, `$1${HARD}`)
    .replace(/\bh (?=\d)/g, `h${HARD}`);
}

/** "Absence signalée": a phrase that begins a line. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export function counted(number, one, many) {
  return `${number}${HARD}${number > 1 ? many : one}`;
}

const BARE = { œ: 'oe', æ: 'ae', ß: 'ss', ł: 'l', đ: 'd', ð: 'd', ø: 'o', ı: 'i' };

/** A name as it is searched for, as the server does: without case, accents or apostrophes, hyphens as blanks. */
export function searched(text) {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '')
    .replace(/[œæßłđðøı]/g, (letter) => BARE[letter])
    .replace(/['’‘ʼ`´]/g, '').replace(/[-‐‑–—]/g, ' ');
}

/** "Chloé, Lou et Gaetan" */
export function listed(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} et ${names.at(-1)}`;
}

const KO = 1024;

/** "1,8 Mo", "12 Ko": sizes as telephones show them, and as the server says them. */
export function megabytes(bytes) {
  if (bytes < KO * KO) return `${Math.ceil(bytes / KO)}${HARD}Ko`;
  return `${String(Math.round((bytes * 10) / (KO * KO)) / 10).replace('.', ',')}${HARD}Mo`;
}

/** "Reçu R2015-00001"; what was taken over from an older program bears its old number. */
export function receipt(number) {
  return number.startsWith('reprise-') ? `ancien reçu n°${HARD}${number.slice('reprise-'.length)}` : `reçu ${number}`;
}

/** An IBAN in a sentence breaks in its middle alone. */
export function withIban(text) {
  return french(text).replace(/[A-Z]{2}\d{2}(?:[\u00a0 ][\dA-Z]{1,4}){3,8}/, (iban) => {
    const groups = iban.split(/[\u00a0 ]/);
    const half = Math.ceil(groups.length / 2);
    return `${groups.slice(0, half).join(HARD)} ${groups.slice(half).join(HARD)}`;
  });
}
