// Hands a sheet that the page has read to the browser, as a file.

import { h } from './dom.js';

/** `text`: a CSV, its mark included; `name`: of the file. */
export function saveSheet(text, name) {
  const place = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  h('a', { href: place, download: name }).click();
  URL.revokeObjectURL(place);
}

/** Rows as a CSV that French spreadsheets open: a mark, semicolons, and nothing that a cell would compute. */
export function csv(rows) {
  const cell = (value) => {
    const text = String(value).replace(/^[=+\-@\t]/, "'$&");
    return /[;"\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `\ufeff${rows.map((row) => row.map(cell).join(';')).join('\r\n')}\r\n`;
}
