// The dialog by which a parent says that a child will not come, or did not.
// Accessibility: a native modal dialog, named by its heading; errors are under their fields, focus goes to the first.

import { NoReply } from '../../lib/api.js';
import { readDate } from '../../lib/dates.js';
import { byId, h } from '../../lib/dom.js';
import { clearErrors, mark, NO_REPLY, showErrors } from '../field/field.js';

const french = (day) => day.split('-').reverse().join('/');

/**
 * Asks, then sends with `declare(absence)`, once a child; resolves with the answers, or null when the parent gives up.
 * What was taken of a child is not sent again when another one's is refused.
 */
export function askAbsence(children, shown, declare) {
  const dialog = byId('absence');
  const form = dialog.querySelector('form');
  const { child, from, to } = form.elements;
  form.reset();
  clearErrors(form);
  child.replaceChildren(...children.map((one) => h('option', { value: one.id, selected: one.id === shown.child }, one.first_name)));
  from.value = french(shown.day);
  to.value = french(shown.day);
  paintOthers(children, child);
  const requests = new Map(children.map((one) => [one.id, crypto.randomUUID()]));
  const answers = [];
  dialog.showModal();
  return new Promise((resolve) => {
    form.onsubmit = async (event) => {
      event.preventDefault();
      const absence = read(form, shown.day);
      if (!absence) return;
      const button = form.querySelector('[type=submit]');
      button.disabled = true;
      try {
        for (const id of chosen(form)) {
          if (!requests.has(id)) continue;
          const request = requests.get(id);
          const answer = await declare({ request, ...absence, child: id });
          answers.push({ ...answer, made: { request, from: absence.from, to: absence.to } });
          requests.delete(id);
        }
        resolve(answers);
        dialog.close();
      } catch (error) {
        if (error instanceof NoReply) showErrors(form, NO_REPLY);
        else showErrors(form, error.message, error.errors);
      } finally {
        button.disabled = false;
      }
    };
    byId('absence-cancel').onclick = () => dialog.close();
    dialog.onclose = () => resolve(answers.length ? answers : null);
  });
}

/** The brothers and sisters of the child that is chosen: a cold rarely comes alone. */
function paintOthers(children, child) {
  const box = byId('absence-others');
  const paint = () => {
    box.hidden = children.length < 2;
    box.querySelector('div').replaceChildren(...children.filter((one) => one.id !== child.value).map((one) => h('label', {}, h('input', { type: 'checkbox', name: 'other', value: one.id }), one.first_name)));
  };
  child.onchange = paint;
  paint();
}

const chosen = (form) => [form.elements.child.value, ...[...form.querySelectorAll('[name=other]:checked')].map((one) => one.value).filter((id) => id !== form.elements.child.value)];

/** What is typed, or null with the errors shown. */
function read(form, near) {
  clearErrors(form);
  const { child, from, to, reason, proof } = form.elements;
  const days = [from, to].map((field) => readDate(field.value, near));
  const wrong = [];
  [from, to].forEach((field, at) => {
    if (!days[at]) wrong.push([field, 'Écrivez une date, par exemple 28/05/2015.']);
  });
  if (days[0] && days[1] && days[1] < days[0]) wrong.push([to, 'La fin est avant le début.']);
  if (reason.value.trim().length < 3) wrong.push([reason, 'Écrivez le motif en quelques mots.']);
  for (const [field, sentence] of wrong) mark(field, sentence);
  if (wrong.length) { wrong[0][0].focus(); return null; }
  return { child: child.value, from: days[0], to: days[1], reason: reason.value.trim(), proof: proof.value };
}
