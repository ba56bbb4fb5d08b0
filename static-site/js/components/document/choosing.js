// What chosen files are and whom they are about: one question each, asked once for all that is chosen.

import { byId, h, setText } from '../../lib/dom.js';
import { counted, french, megabytes } from '../../lib/text.js';

/** Resolves with [{ file, kind, child, title, about }], none when nothing is to be sent. */
export function ask(files, { kinds, children }) {
  const dialog = byId('choosing');
  const form = dialog.querySelector('form');
  setText(byId('choosing-title'), files.length > 1 ? `Que contiennent ces ${counted(files.length, 'fichier', 'fichiers')}\u00a0?` : 'Que contient ce fichier\u00a0?');
  const questions = files.map((file, at) => question(file, at, kinds, children));
  byId('chosen').replaceChildren(...questions.map((one) => one.fieldset));
  setText(form.querySelector('[data-error]'), '');
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    form.onsubmit = (event) => {
      if (event.submitter?.value !== 'send') return;
      const open = questions.find((one) => one.open());
      if (!open) return;
      event.preventDefault();
      const { input, sentence } = open.open();
      setText(form.querySelector('[data-error]'), sentence);
      input.focus();
    };
    dialog.onclose = () => resolve(dialog.returnValue === 'send' ? questions.map((one) => one.answer()) : []);
  });
}

function question(file, at, kinds, children) {
  // Nothing is chosen beforehand: a file must not go as what it is not because somebody pressed Enter.
  const kind = h('select', { id: `kind-${at}` }, h('option', { value: '' }, 'Choisissez'), kinds.map((one) => h('option', { value: one.kind }, one.title)));
  const child = h('select', { id: `child-${at}` });
  const whom = h('div', { class: 'field' }, h('label', { for: child.id }, 'Pour qui'), child);
  const chosen = () => kinds.find((one) => one.kind === kind.value);
  const fill = () => {
    const { of_child: ofChild = false, of_family: ofFamily = false } = chosen() ?? {};
    const single = ofChild && !ofFamily && children.length > 1;
    const options = [
      ...(single ? [['', 'Choisissez un enfant']] : []),
      ...(ofFamily ? [['', 'Toute la famille']] : []),
      ...(ofChild ? children.map((one) => [one.id, one.first_name]) : []),
    ];
    child.replaceChildren(...options.map(([value, words]) => h('option', { value }, words)));
    whom.hidden = !ofChild;
  };
  kind.addEventListener('change', fill);
  fill();
  return {
    fieldset: h('fieldset', {}, h('legend', {}, `${file.name.slice(0, 80)} (${megabytes(file.size)})`),
      h('div', { class: 'field' }, h('label', { for: kind.id }, 'Type de document'), kind), whom),
    /** What is still to be answered, with its field; null when nothing is. */
    open() {
      const named = `« ${file.name.slice(0, 60)} »`;
      if (!chosen()) return { input: kind, sentence: french(`Choisissez ce que contient ${named}.`) };
      return chosen().of_family || child.value !== '' ? null : { input: child, sentence: french(`Choisissez l’enfant que ${named} concerne.`) };
    },
    answer: () => ({
      file, kind: kind.value, child: whom.hidden ? null : child.value || null, title: chosen().title,
      about: children.find((one) => one.id === child.value && !whom.hidden)?.first_name ?? 'Famille',
    }),
  };
}
