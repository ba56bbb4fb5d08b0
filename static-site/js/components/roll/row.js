// One child of the roll: seen, not seen, from when to when. What is shown is what the server has said.
// A mark moves nothing: the places of "Effacer" and of the hours are kept before there is anything in them.
// Accessibility: a fieldset named by the child, native radios, hours with their own labels; refusals are said in the row.

import { h, setText } from '../../lib/dom.js';
import { french, listed } from '../../lib/text.js';
import { Problem } from '../../lib/api.js';

const BOOKED = [['present', 'Présent'], ['absent_excused', 'Absent excusé'], ['absent_unexcused', 'Absent']];
const UNBOOKED = ['present_unbooked', 'Présent sans inscription'];
const LOST = 'pas de réponse de la mairie, rien n’est sûr.';
const PROOFS = { none: 'sans justificatif', to_come: 'justificatif à venir', handed_in: 'justificatif remis' };

/** "8 h 30", "8h30", "830" and "8:30" as 8:30; null when it is empty, undefined when it is no hour. */
export function readHour(text) {
  const typed = text.trim();
  if (!typed) return null;
  const parts = /^(\d{1,2})\s*(?:[h:.]\s*(\d{2})?)?$/i.exec(typed) ?? /^(\d{1,2})(\d{2})$/.exec(typed);
  if (!parts) return undefined;
  const [hour, minute] = [Number(parts[1]), Number(parts[2] ?? 0)];
  return hour < 24 && minute < 60 ? `${hour}:${String(minute).padStart(2, '0')}` : undefined;
}

const shownHour = (hour) => (hour ? hour.replace(/^0/, '').replace(':', ' h ') : '');
const span = ({ arrived, left }) => (arrived || left ? [arrived, left].map((hour) => shownHour(hour) || '…').join(' – ') : 'Heures');
/** What a click on the row asked for, as its own words say it. */
export const markWords = (presence) => Object.fromEntries([...BOOKED, UNBOOKED])[presence] ?? 'Effacer';

/**
 * The element of a line. `note(line, { presence, arrived, left })` resolves with the new line, or null when it is gone;
 * `changed(row, element)` is told what the server has said, with the element when it must be drawn anew;
 * `moved()` is told when somebody else has changed the line; `frozen`: a day to come.
 */
export function rollRow(line, { organisation, frozen, note, changed, moved }) {
  const name = `presence-${line.child}`;
  const said = h('p', { class: 'refusal', role: 'alert' });
  const choices = line.booked ? BOOKED : [UNBOOKED];
  const radio = ([value, words]) => h('label', { class: 'mark-choice' },
    h('input', { type: 'radio', name, value, checked: line.presence === value, onchange: () => send({ presence: value }) }), words);
  const hour = (field, words) => h('label', { class: 'hour' }, h('span', {}, words),
    h('input', { name: field, inputmode: 'text', autocomplete: 'off', size: 6, maxlength: 8, value: shownHour(line[field]), onchange: () => send({}) }));
  const absence = line.absence && h('p', { class: 'absence' }, french(`Absence annoncée : ${line.absence.reason} (${PROOFS[line.absence.proof]})`));
  const dossier = `/dossier.html?${new URLSearchParams({ organisation, famille: line.family, fiche: 'enfants' })}`;
  const known = (line.care || line.barred.length > 0) && h('p', { class: 'to-know' },
    line.barred.length > 0 && h('b', { class: 'barred' }, french(`Ne pas remettre à ${listed(line.barred)}`)),
    line.care && h('a', { class: 'care', href: dossier }, 'Santé ou repas : à lire', h('span', { class: 'only-heard' }, ` pour ${line.first_name}`)));
  const present = line.presence?.startsWith('present') ?? false;
  const timer = h('button', { type: 'button', class: 'link timer', 'aria-expanded': 'false', onclick: () => openHours(!element.classList.contains('timed')) },
    h('span', { class: 'wide-only' }, span(line)), h('span', { class: 'narrow-only' }, 'Heures'), h('span', { class: 'only-heard' }, ` de ${line.first_name}`));
  const element = h('li', { 'data-child': line.child, 'data-seen': line.presence ?? 'no', 'data-name': `${line.first_name} ${line.family_name}` },
    h('fieldset', { disabled: frozen },
      h('legend', {}, h('b', {}, line.first_name), ` ${line.family_name}`, line.class && h('span', { class: 'second' }, ` ${line.class}`)),
      known,
      absence,
      !frozen && h('div', { class: 'marks' }, choices.map(radio)),
      !frozen && h('div', { class: 'marked', 'data-none': !line.presence },
        h('button', { type: 'button', class: 'link', 'data-undo': true, onclick: () => send({ presence: null }) }, line.booked ? 'Effacer' : 'Retirer', h('span', { class: 'only-heard' }, ` le pointage de ${line.first_name}`)),
        present && timer),
      !frozen && h('div', { class: 'hours', 'data-none': !present }, hour('arrived', 'Arrivée'), hour('left', 'Départ')),
      said));

  /** Where there is no room beside the marks, the hours open under them, by this button alone. */
  function openHours(open) {
    element.classList.toggle('timed', open);
    timer.setAttribute('aria-expanded', String(open));
    if (open) element.querySelector('input[name=arrived]').focus();
  }

  // One after the other: an hour typed while the last one is on its way is sent next, with the version it has become.
  let queue = Promise.resolve();
  function send(change) {
    queue = queue.then(() => sendNow(change));
  }

  async function sendNow(change) {
    if (!element.isConnected) return;
    const hours = {};
    for (const field of ['arrived', 'left']) {
      const input = element.querySelector(`input[name=${field}]`);
      hours[field] = input ? readHour(input.value) : line[field];
      input?.toggleAttribute('aria-invalid', hours[field] === undefined);
      if (hours[field] === undefined) return setText(said, french('Écrivez l’heure ainsi : 8 h 30.'));
    }
    element.setAttribute('aria-busy', 'true');
    setText(said, '');
    const presence = 'presence' in change ? change.presence : line.presence;
    try {
      const row = await note(line, { presence, ...(presence?.startsWith('present') ? hours : { arrived: null, left: null }) });
      const same = row && row.presence === line.presence;
      if (same) { line = row; timer.firstChild.textContent = span(line); }
      changed(row, same ? null : element);
    } catch (error) {
      for (const input of element.querySelectorAll('input[type=radio]')) input.checked = input.value === line.presence;
      if (error instanceof Problem && error.code === 'changed-meanwhile') return moved(error.message);
      if (error instanceof Problem) return setText(said, french(error.message));
      said.replaceChildren(french(`« ${'presence' in change ? markWords(presence) : 'Heures'} » : ${LOST}`), h('button', { type: 'button', class: 'button', onclick: () => send(change) }, 'Recommencer'));
    } finally {
      element.removeAttribute('aria-busy');
    }
  }
  return element;
}
