// Single keys of an agent's page: they act outside fields, alone, never while a dialog is open, nor once the frame has
// turned single keys off (WCAG 2.1.4).

/** keys: { '1': run, n: run }. What is typed in a field stays there. */
export function onKeys(keys) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || event.defaultPrevented) return;
    if (isTypedInto(event.target) || document.querySelector('dialog[open]') || document.body.classList.contains('no-single-keys')) return;
    // What Enter presses by itself is pressed, and nothing else is done.
    if (event.key === 'Enter' && event.target.closest('a, button, summary')) return;
    const run = keys[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });
}

const isTypedInto = (element) => element.matches('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
