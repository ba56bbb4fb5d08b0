// Notes of the service, beside every tab: who wrote what and when, one more, one less, and either taken back.
//
// Hooks for the browser's tests: #notes, [data-note=ID] with button[data-take-back], #add-note, #note-form with #note-text,
// #note-said with button[data-undo].
// Accessibility: the form opens under its button, which keeps aria-expanded; what was done is heard and stays in words.

import { Problem, takeNoteBack, writeNote } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { byId, h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { clearErrors, NO_REPLY, onSubmit, showErrors } from '../field/field.js';
import { barred } from './head.js';

const UNDONE_WITHIN = 10 * 60_000;
const LONGEST = 2000;

export class Notes {
  constructor(box, place) {
    Object.assign(this, { box, place, request: crypto.randomUUID() });
  }

  show(summary) {
    this.box.hidden = false;
    this.list = h('ul', {});
    this.said = h('p', { id: 'note-said', class: 'note-said', hidden: true });
    this.box.replaceChildren(
      h('h2', { id: 'notes-title' }, 'Notes du service'),
      h('div', { class: 'barred-notes' }, summary.barred.map(barred)),
      summary.notes ? this.list : h('p', { class: 'second' }, 'C’est votre propre famille : ses notes ne vous sont pas montrées.'),
      this.said,
      summary.may_note && this.adding(),
      summary.notes && h('p', { class: 'hint' }, 'Lues par les agents seulement. La famille peut demander à les lire.'));
    if (summary.notes) this.paint(summary.notes);
  }

  paint(notes) {
    this.notes = notes;
    this.list.replaceChildren(...notes.map((one) => h('li', { 'data-note': one.id },
      h('p', { class: 'note-text' }, french(one.text)),
      h('p', { class: 'second' }, `${one.by}, ${one.day}`, one.removable && ' ', one.removable && h('button', { type: 'button', class: 'link', 'data-take-back': true, onclick: () => this.remove(one) }, 'Retirer', h('span', { class: 'only-heard' }, french(` la note « ${one.text.slice(0, 60)} »`)))))));
    if (notes.length === 0) this.list.replaceChildren(h('li', { class: 'second' }, 'Aucune note.'));
  }

  adding() {
    const text = h('textarea', { id: 'note-text', name: 'text', rows: 5, maxlength: LONGEST });
    this.form = h('form', { id: 'note-form', novalidate: true, hidden: true },
      h('div', { class: 'field' }, h('label', { for: 'note-text' }, 'Ce que vos collègues doivent savoir'), text),
      h('p', { class: 'refusal', role: 'alert', 'data-error': true }),
      h('p', { class: 'actions' }, h('button', { type: 'submit', class: 'button main' }, 'Ajouter'), h('button', { type: 'button', class: 'button', onclick: () => this.close() }, 'Fermer')));
    this.opener = h('button', { type: 'button', id: 'add-note', class: 'link', 'aria-expanded': 'false', 'aria-controls': 'note-form', 'aria-keyshortcuts': 'n', onclick: () => this.open() }, 'Ajouter une note');
    this.form.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.close();
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.form.requestSubmit(); }
    });
    onSubmit(this.form, () => this.add(text));
    return h('div', {}, h('p', {}, this.opener, ' ', h('kbd', { 'aria-hidden': 'true' }, 'n')), this.form);
  }

  open() {
    if (!this.form) return;
    this.form.hidden = false;
    this.opener.setAttribute('aria-expanded', 'true');
    byId('note-text').focus();
  }

  close() {
    this.form.hidden = true;
    this.opener.setAttribute('aria-expanded', 'false');
    this.opener.focus();
  }

  async add(field) {
    clearErrors(this.form);
    // One paragraph: what is typed on several lines is one text.
    const text = field.value.replace(/\s+/g, ' ').trim();
    if (!text) return showErrors(this.form, '', [{ field: 'text', detail: 'Écrivez la note.' }]);
    // The same words sent again after a lost reply are the same note.
    if (this.sent !== text) Object.assign(this, { sent: text, request: crypto.randomUUID() });
    try {
      const { notes } = await writeNote(this.place, { request: this.request, text });
      const id = this.request;
      this.sent = null;
      field.value = '';
      this.paint(notes);
      this.close();
      this.say('Note ajoutée.', () => takeNoteBack(this.place, id), 'Note retirée.');
    } catch (error) {
      showErrors(this.form, error instanceof Problem ? error.message : NO_REPLY, error.errors);
    }
  }

  async remove(note) {
    const again = crypto.randomUUID();
    try {
      const { notes } = await takeNoteBack(this.place, note.id);
      this.paint(notes);
      this.say('Note retirée.', () => writeNote(this.place, { request: again, text: note.text }), 'Note remise, à la date d’aujourd’hui.');
    } catch (error) {
      this.say(error instanceof Problem ? error.message : NO_REPLY);
    }
  }

  /** What was done, and for ten minutes how it is taken back. */
  say(sentence, undo, undone) {
    clearTimeout(this.until);
    const button = undo && h('button', { type: 'button', class: 'link', 'data-undo': true, onclick: async () => {
      try {
        const { notes } = await undo();
        this.paint(notes);
        this.say(undone);
        this.opener.focus();
      } catch (error) { this.say(error instanceof Problem ? error.message : NO_REPLY); }
    } }, 'Défaire');
    this.said.hidden = false;
    this.said.replaceChildren(french(sentence), ...(button ? [' ', button] : []));
    announce(sentence);
    if (button) this.until = setTimeout(() => button.remove(), UNDONE_WITHIN);
  }
}
