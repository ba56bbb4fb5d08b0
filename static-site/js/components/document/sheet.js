// A document as a row: a sheet with one round corner, what it is, how it stands, and what can be done.
// Accessibility: the sign says nothing that the word beside it does not say; each button names its document.

import { h, svg } from '../../lib/dom.js';
import { french } from '../../lib/text.js';

const PAPER = 'M5 1h22.5A11.5 11.5 0 0 1 39 12.5V42a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V5a4 4 0 0 1 4-4z';
const CROSS = 'M14 17l12 12M26 17L14 29';
const LINES = 'M12 16.5h16M12 23h16M12 29.5h9';
const TICK = 'M9.5 25.5c3.2 1 5.6 3.8 7.4 8.2 3.2-8.6 8.4-15.6 16-21.2';
const SIGNS = {
  missing: 'M20 14v12M20 32v.2', refused: CROSS, rejected: CROSS, failed: CROSS, expired: CROSS,
  waiting: 'M20 32V15M12.5 22.5l7.5-7.5 7.5 7.5', sending: 'M20 32V15M12.5 22.5l7.5-7.5 7.5 7.5',
  checking: LINES, received: LINES, accepted: TICK, expires_soon: TICK,
};

export const paper = (standing) => svg('svg', { viewBox: '0 0 40 46', 'aria-hidden': 'true' },
  svg('path', { class: 'paper', d: PAPER }), svg('path', { class: 'sign', d: SIGNS[standing] ?? LINES }));

/** row: { standing, title, about, word, sentence, refused, progress: { sent, size, words }, acts: [button], data } */
export function sheet({ standing, title, about, word, sentence, refused, progress, acts, data = {} }) {
  return h('li', { class: 'sheet', 'data-standing': standing, ...data },
    paper(standing),
    h('div', {}, h('h2', {}, title), h('p', { class: 'about' }, about)),
    h('div', { class: 'state' },
      h('p', { class: 'word' }, french(word)),
      sentence && h('p', { class: refused ? 'refusal' : 'what' }, french(sentence)),
      progress && h('progress', { max: progress.size, value: progress.sent, 'aria-label': `Envoi de ${title}, ${about}` })),
    h('div', { class: 'acts' }, acts));
}

/** A button of a row, which names its document to a reader. */
export const act = (label, of, run, data = {}) => h('button', { type: 'button', class: 'button', onclick: run, ...data },
  label, h('span', { class: 'only-heard' }, ` : ${of.title}, ${of.about}`));
