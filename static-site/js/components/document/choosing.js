// What chosen files are and whom they are about: one question each, asked once for all that is chosen.

import { byId, h, setText } from '../../lib/dom.js';
import { counted, megabytes } from '../../lib/text.js';

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
      const open = questions.find((one) => !one.answered());
      if (!open) return;
      event.preventDefault();
      setText(form.querySelector('[data-error]'), `Choisissez l’enfant que « ${open.file.name.slice(0, 60)} » concerne.`);
      open.child.focus();
    };
    dialog.onclose = () => resolve(dialog.returnValue === 'send' ? questions.map((one) => one.answer()) : []);
  });
}

function question(file, at, kinds, children) {
  const kind = h('select', { id: `kind-${at}` }, kinds.map((one) => h('option', { value: one.kind }, one.title)));
  const child = h('select', { id: `child-${at}` });
  const whom = h('div', { class: 'field' }, h('label', { for: child.id }, 'Pour qui'), child);
  const chosen = () => kinds.find((one) => one.kind === kind.value);
  const fill = () => {
    const { of_child: ofChild, of_family: ofFamily } = chosen();
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
    file,
    child,
    fieldset: h('fieldset', {}, h('legend', {}, `${file.name.slice(0, 80)} (${megabytes(file.size)})`),
      h('div', { class: 'field' }, h('label', { for: kind.id }, 'Type de document'), kind), whom),
    answered: () => chosen().of_family || child.value !== '',
    answer: () => ({
      file, kind: kind.value, child: whom.hidden ? null : child.value || null, title: chosen().title,
      about: children.find((one) => one.id === child.value && !whom.hidden)?.first_name ?? 'Famille',
    }),
  };
}
