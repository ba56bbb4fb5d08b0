// The second half of a double click: pressed within 600 ms of an answer, it is not meant for what the answer brought.

const CALM = 600;
const ends = new WeakMap();

/** Something has just been answered here: until it is over, the element carries `data-answered`. */
export function calm(element) {
  clearTimeout(ends.get(element));
  element.dataset.answered = '';
  ends.set(element, setTimeout(() => { delete element.dataset.answered; }, CALM));
}

export const isCalm = (element) => 'answered' in element.dataset;

/** On every page: the second half of a double click presses what the first half pressed, never what slid under it since. */
export function holdDoubleClicks() {
  let first = null;
  document.addEventListener('click', (event) => {
    const pressed = event.target.closest('button, a');
    if (event.detail < 2) { first = pressed; return; }
    if (!pressed || pressed === first) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
}
