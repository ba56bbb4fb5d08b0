// Says a sentence to screen readers through the page's one status region.

import { byId } from './dom.js';
import { french } from './text.js';

export function announce(sentence) {
  const region = byId('status');
  if (!region) return;
  const text = french(sentence);
  // The same sentence twice in a row is two pieces of news: emptied first, it is read again.
  if (region.textContent === text) region.textContent = '';
  setTimeout(() => { region.textContent = text; }, 30);
}
