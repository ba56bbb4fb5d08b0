// A button for what cannot be taken back: pressed once it asks, pressed again it acts; left alone it forgets.
// The second half of a double click is no answer to the question.

import { calm, isCalm } from '../../lib/calm.js';
import { h } from '../../lib/dom.js';

/** `heard`: what a reader hears after the word; `question`: what the button says before it acts. */
export function askedTwice(word, heard, question, act) {
  const button = h('button', { type: 'button', class: 'button' });
  const rest = () => {
    delete button.dataset.asked;
    button.replaceChildren(word, h('span', { class: 'only-heard' }, heard));
  };
  button.addEventListener('click', () => {
    if (isCalm(button)) return undefined;
    if (button.dataset.asked) return act();
    button.dataset.asked = 'true';
    button.replaceChildren(question);
    return calm(button);
  });
  button.addEventListener('blur', () => button.dataset.asked && rest());
  rest();
  return button;
}
