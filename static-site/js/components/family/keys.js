// Single keys of an agent's page: they act outside fields, alone, and never while a dialog is open.

/** keys: { '1': run, n: run }. What is typed in a field stays there. */
export function onKeys(keys) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector('dialog[open]')) return;
    if (isTypedInto(event.target)) return;
    const run = keys[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });
}

const isTypedInto = (element) => element.matches('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
