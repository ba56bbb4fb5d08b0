// Keys of the pages about one family and of the queue: each press does one thing, however long it is held.

import { key } from '../frame/keys.js';

/** keys: [['1', 'Semaine', run], …]; listed under `?` with their words. */
export function onKeys(keys) {
  for (const [name, words, run] of keys) {
    key(name, words, (event) => {
      // What Enter presses by itself is pressed, and nothing else is done.
      if (event.repeat || event.defaultPrevented || (event.key === 'Enter' && event.target.closest('a, button, summary'))) return false;
      run();
      return true;
    });
  }
}
