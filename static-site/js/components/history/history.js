// The history of the week: read when it is opened, and again after a change while it stays open.

import { NoReply, showHistory } from '../../lib/api.js';
import { h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';

export class History {
  constructor(details) {
    this.details = details;
    this.list = details.querySelector('ul');
    details.addEventListener('toggle', () => { if (details.open) this.read(); });
  }

  /** Another week, or the same one after a change. */
  of(family, day) {
    Object.assign(this, { family, day });
    this.details.hidden = false;
    if (this.details.open) this.read();
  }

  async read() {
    const asked = this.day;
    try {
      const { changes } = await showHistory(this.family, asked);
      if (asked === this.day) this.paint(changes.map((change) => change.sentence));
    } catch (error) {
      this.paint([error instanceof NoReply ? 'L’historique n’a pas pu être lu. Refermez-le, puis ouvrez-le de nouveau.' : error.message]);
    }
  }

  paint(sentences) {
    const shown = sentences.length ? sentences : ['Aucun changement sur les jours de cette semaine.'];
    this.list.replaceChildren(...shown.map((sentence) => h('li', {}, french(sentence))));
  }
}
