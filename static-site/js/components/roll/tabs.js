// The classes of a roll, each with what is left of it; "Tous" first. A class that is done has its tick and no box.

import { h } from '../../lib/dom.js';
import { classesOf, classOf, countsOf } from './groups.js';

const named = (name) => name || 'Sans classe';

/** `chosen`: null is all. `choose(class)` is told; the buttons keep the focus when counts change. */
export function classTabs(list, lines, { chosen, frozen, choose }) {
  const classes = classesOf(lines);
  const tabs = [[null, 'Tous', lines], ...classes.map((name) => [name, named(name), lines.filter((line) => classOf(line) === name)])];
  const key = (name) => (name === null ? 'all' : `class ${name}`);
  const fresh = tabs.map(([name, words, some]) => {
    const { left, expected } = countsOf(some);
    const done = !frozen && left === 0;
    const rest = frozen ? `${expected}` : done ? 'finie' : left > 1 ? `${left}\u00a0restent` : '1\u00a0reste';
    const inside = [h('b', {}, words), h('span', { class: 'rest' }, done && name === null ? 'fini' : rest)];
    const old = [...list.querySelectorAll('button')].find((one) => one.dataset.class === key(name));
    const button = old ?? h('button', { type: 'button', 'data-class': key(name), onclick: () => choose(name) });
    button.setAttribute('aria-pressed', String(chosen === name));
    button.toggleAttribute('data-done', done);
    button.toggleAttribute('data-long', words.length > 6);
    button.replaceChildren(inside[0], ' ', inside[1]);
    return old ? old.parentElement : h('li', {}, button);
  });
  const stay = fresh.length === list.children.length && fresh.every((one, at) => one === list.children[at]);
  if (!stay) list.replaceChildren(...fresh);
  // Another one is chosen: it is seen, also where the classes are a strip.
  if (list.dataset.chosen === key(chosen)) return;
  list.dataset.chosen = key(chosen);
  list.querySelector('[aria-pressed=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
