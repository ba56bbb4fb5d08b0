// The arrow keys in the week: from cell to cell, up and down over activities and children; Home and End to the week's ends.

const TARGET = 'input, a.cell';

/** Tab goes on as before; arrows stop where nothing can be pressed any more. */
export function arrows(table) {
  table.addEventListener('keydown', (event) => {
    const td = event.target.closest('td[data-state]');
    if (!td || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const found = next(table, td, event.key);
    if (!found) return;
    event.preventDefault();
    found.querySelector(TARGET).focus();
  });
}

const takes = (td) => td?.checkVisibility() && td.querySelector(TARGET);

function next(table, td, key) {
  const row = [...td.parentElement.children];
  const at = row.indexOf(td);
  if (key === 'ArrowRight') return row.slice(at + 1).find(takes);
  if (key === 'ArrowLeft') return row.slice(0, at).findLast(takes);
  if (key === 'Home') return row.find(takes);
  if (key === 'End') return row.findLast(takes);
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return null;
  const column = [...table.querySelectorAll('.activity')].map((tr) => tr.children[at]);
  const here = column.indexOf(td);
  return key === 'ArrowDown' ? column.slice(here + 1).find(takes) : column.slice(0, here).findLast(takes);
}
