// The pieces of a family: what asks for a deed, what ends soon, what is accepted; the one that is looked at beside them.
//
// Hooks for the browser's tests: [data-piece-row=ID], [data-gap-row], #piece-shown with #accept-piece, #refuse-piece.

import { decideOnDocument, NoReply, Problem } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { longDate } from '../../lib/dates.js';
import { h, setText } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { download, picture } from '../document/looking.js';
import { paper } from '../document/sheet.js';
import { NO_REPLY } from '../field/field.js';
import { OF_A_DOCUMENT, Refusal } from '../review/refusal.js';
import { Until } from '../review/until.js';

const ASK = ['received', 'refused', 'rejected', 'expired', 'checking', 'sending'];
const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

export class PiecesPanel {
  constructor(place, read, { lead, decided }) {
    Object.assign(this, { place, read, lead, decided, rows: new Map() });
  }

  parts() {
    const { documents, missing } = this.read;
    const of = (standings) => documents.filter((one) => standings.includes(one.standing));
    const ask = of(ASK);
    this.beside = h('div', { id: 'piece-shown', class: 'piece-shown', 'aria-live': 'polite' });
    const first = documents.find((one) => one.standing === 'received') ?? documents[0];
    const lists = h('div', {},
      this.list('Demandent un geste', ask.length + missing.length, [...ask.map((one) => this.row(one)), ...missing.map((gap) => this.gap(gap))], 'Rien n’attend.'),
      this.list('Finissent bientôt', of(['expires_soon']).length, of(['expires_soon']).map((one) => this.row(one))),
      this.list('Acceptées', of(['accepted']).length, of(['accepted']).map((one) => this.row(one))),
      this.read.may_send && h('p', { class: 'panel-links' }, h('a', { href: this.lead('/documents.html') }, 'Déposer une pièce')));
    if (first) this.look(first);
    return [h('div', { class: 'pieces' }, lists, this.beside)];
  }

  list(title, count, rows, none) {
    if (rows.length === 0 && !none) return false;
    return h('section', { class: 'part' }, h('h2', {}, title, ' ', count > 0 && h('small', {}, String(count))), rows.length ? h('ul', { class: 'piece-rows' }, rows) : h('p', { class: 'second' }, none));
  }

  row(one) {
    const button = h('button', { type: 'button', class: 'link', onclick: () => this.look(one) }, one.title);
    const li = h('li', { 'data-piece-row': one.id, 'data-standing': one.standing }, paper(one.standing), button, h('span', { class: 'second' }, one.about), h('span', {}, one.valid_until ? `jusqu’au ${longDate(one.valid_until)}` : one.word));
    this.rows.set(one.id, li);
    return li;
  }

  gap(gap) {
    return h('li', { 'data-gap-row': gap.kind, 'data-standing': 'missing' }, paper('missing'), h('b', {}, gap.title), h('span', { class: 'second' }, gap.about), h('span', {}, 'manque'));
  }

  look(one) {
    for (const [id, li] of this.rows) li.toggleAttribute('data-shown', id === one.id);
    this.fault = h('p', { class: 'refusal', role: 'alert' });
    this.beside.replaceChildren(
      h('div', { class: 'panel-head' }, h('h2', {}, one.title, ' ', h('small', {}, one.about)),
        one.opens && h('button', { type: 'button', class: 'link', onclick: () => download(this.place, one.id).catch((error) => setText(this.fault, words(error))) }, 'Télécharger')),
      one.opens ? h('div', { class: 'picture' }, picture(this.place, one)) : '',
      h('p', { class: 'second' }, french(`${one.word}. ${one.sentence} ${one.name}, ${one.size}, envoyé le ${longDate(one.sent)} par ${one.said}.${one.decided_by ? ` Décidé par ${one.decided_by}.` : ''}`)),
      ...(one.standing === 'received' && this.read.may_decide ? this.deciding(one) : []),
      this.fault);
  }

  deciding(one) {
    const until = new Until(this.read.today, 'piece-until');
    const refusal = new Refusal(OF_A_DOCUMENT, { name: 'piece-why' });
    const send = async (decision) => {
      try {
        await decideOnDocument(this.place, one.id, { version: one.version, ...decision });
        await this.decided();
        announce(`${one.title}, ${one.about} : ${decision.decision === 'accept' ? 'accepté' : 'refusé, la famille est prévenue'}.`);
      } catch (error) {
        if (!(error instanceof Problem || error instanceof NoReply)) reportError(error);
        setText(this.fault, words(error));
      }
    };
    const accept = () => { const day = until.day(); if (day !== undefined) send({ decision: 'accept', ...(day && { valid_until: day }) }); };
    const refuse = () => { const reason = refusal.text(); if (reason) send({ decision: 'refuse', reason }); };
    return [until.element, refusal.element, h('p', { class: 'actions' },
      h('button', { type: 'button', id: 'accept-piece', class: 'button main', onclick: accept }, 'Accepter'), h('button', { type: 'button', id: 'refuse-piece', class: 'button', onclick: refuse }, 'Refuser'),
      h('a', { href: `/a-verifier.html?${new URLSearchParams({ organisation: this.place.organisation })}` }, 'Toute la file'))];
  }
}
