// The keys of agents' pages: what each does, a list of them under `?`, and the switch that turns single keys off
// (WCAG 2.1.4). A single key acts outside fields alone; Ctrl K always leads to the search.

import { h } from '../../lib/dom.js';
import { keepSingleKeys, singleKeys } from '../../lib/memory.js';

const ALWAYS = [['Ctrl K', 'Chercher']];
const single = [['/', 'Chercher'], ['?', 'Montrer ces touches']];
const acts = new Map();
let dialog;

/** A page adds its own: `key('j', 'Descendre', f)`. With no words it is not listed. */
export function key(name, words, act) {
  acts.set(name, act);
  if (words) single.splice(single.length - 1, 0, [name, words]);
}

/** Listens on the whole page. `find` leads to the search. */
export function openKeys(find) {
  acts.set('/', find).set('?', showKeys);
  document.addEventListener('keydown', (event) => {
    // AltGr writes `[` and `]` on a French keyboard; a browser may name it Ctrl and Alt together.
    const plain = event.getModifierState?.('AltGraph') || !(event.altKey || event.ctrlKey || event.metaKey);
    if (event.isComposing || (event.altKey && !plain) || document.querySelector('dialog[open]')) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') return take(event, find);
    if (!plain || !singleKeys() || writes(event.target)) return;
    const act = acts.get(event.key);
    if (act) take(event, () => act(event));
  });
  for (const button of document.querySelectorAll('[data-keys]')) {
    button.hidden = false;
    button.addEventListener('click', showKeys);
  }
  tellSwitch();
}

/** The page keeps the key unless its act leaves it alone by answering `false`. */
function take(event, act) {
  if (act() !== false) event.preventDefault();
}

const writes = (target) => target.closest?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]') !== null;

function tellSwitch() { document.body.classList.toggle('no-single-keys', !singleKeys()); }

function showKeys() {
  dialog?.remove();
  const on = h('input', { type: 'checkbox', id: 'single-keys', checked: singleKeys() });
  on.addEventListener('change', () => { keepSingleKeys(on.checked); tellSwitch(); });
  const row = ([name, words]) => h('div', {}, h('dt', {}, name.split(' ').map((one) => h('kbd', {}, one))), h('dd', {}, words));
  dialog = h('dialog', { class: 'keys-dialog', 'aria-labelledby': 'keys-title' },
    h('h2', { id: 'keys-title' }, 'Touches du clavier'),
    h('dl', { class: 'keys' }, [...ALWAYS, ...single].map(row)),
    h('div', { class: 'choices' }, h('label', {}, on, 'Touches d’une seule lettre')),
    h('p', { class: 'second' }, 'Elles n’agissent jamais dans un champ. Ce navigateur retient votre choix.'),
    h('p', { class: 'actions' }, h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Fermer')));
  document.body.append(dialog);
  dialog.showModal();
}
