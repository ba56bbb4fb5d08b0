// From tile to tile: arrows to the nearest one that way, Home and End, j and k in the order of the roll. Tab enters the roll
// where it was left.

const tilesOf = (roll) => [...roll.querySelectorAll('.tile')].filter((one) => !one.disabled && one.checkVisibility());

/** `press(child)`: a tap; `hold(child)`: a long one, or what a keyboard has for it. */
export function walk(roll, { press, hold }) {
  const childOf = (target) => target.closest?.('[data-child]')?.dataset.child;
  let timer = null;
  let held = false;
  const end = () => { clearTimeout(timer); timer = null; };

  roll.addEventListener('keydown', (event) => {
    if (!event.target.matches('.tile') || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const found = next(tilesOf(roll), event.target, event.key);
    if (!found) return;
    event.preventDefault();
    found.focus();
  });
  roll.addEventListener('focusin', (event) => { if (event.target.matches('.tile')) enterBy(roll, event.target); });
  roll.addEventListener('pointerdown', (event) => {
    const button = event.target.closest('.tile');
    held = false;
    end();
    if (!button || button.disabled || event.button !== 0) return;
    timer = setTimeout(() => { held = true; hold(childOf(button)); }, 500);
  });
  for (const over of ['pointerup', 'pointercancel', 'pointerleave', 'scroll']) roll.addEventListener(over, end, { passive: true, capture: true });
  // The menu key, and the long press of a telephone, which has a menu of its own.
  roll.addEventListener('contextmenu', (event) => {
    const button = event.target.closest('.tile');
    if (!button || button.disabled) return;
    event.preventDefault();
    end();
    if (!held) { held = event.pointerType === 'touch'; hold(childOf(button)); }
  });
  roll.addEventListener('click', (event) => {
    const button = event.target.closest('.tile');
    if (!button) return;
    // A keyboard has no long press that a click would follow.
    if (held && event.detail > 0) { held = false; return; }
    press(childOf(button));
  });
}

/** Tab stops at one tile: this one, else the first that is shown. */
export function enterBy(roll, button = null) {
  const tiles = tilesOf(roll);
  const stop = button ?? tiles.find((one) => one.tabIndex === 0) ?? tiles[0];
  for (const one of roll.querySelectorAll('.tile')) one.tabIndex = one === stop ? 0 : -1;
}

/** One further in the order of the roll; the first when none has the focus. */
export function step(roll, by) {
  const tiles = tilesOf(roll);
  const at = tiles.indexOf(document.activeElement);
  const found = at < 0 ? tiles.find((one) => one.tabIndex === 0) ?? tiles[0] : tiles[at + by];
  found?.focus();
}

const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

function next(tiles, from, key) {
  if (key === 'Home') return tiles[0];
  if (key === 'End') return tiles.at(-1);
  const way = WAYS[key];
  if (!way) return null;
  const here = from.getBoundingClientRect();
  const far = (one) => {
    const box = one.getBoundingClientRect();
    const [x, y] = [box.x - here.x, box.y - here.y];
    const along = x * way[0] + y * way[1];
    const across = Math.abs(x * way[1]) + Math.abs(y * way[0]);
    return along < 4 || across > (way[0] ? here.height / 2 : here.width / 2) ? Infinity : along;
  };
  const near = tiles.map((one) => [far(one), one]).filter(([distance]) => distance < Infinity).sort(([one], [other]) => one - other)[0]?.[1];
  if (near) return near;
  const at = tiles.indexOf(from);
  return tiles[at + way[0] + way[1]];
}
