// The week of a family as an agent keeps it: limits are passed by one switch with one reason, written with every change
// made while it is on. A full day and a missing paper of health still refuse, in words.
//
// Hooks for the browser's tests: #pass, #visit-reason, td[data-passing]; the cells are those of the week's grid.

import { NoReply, Problem, showWeek } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { addDays } from '../../lib/dates.js';
import { byId, h, setText } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { WeekBar } from '../week-bar/week-bar.js';
import { Clicks } from '../week-grid/clicks.js';
import { seekOpen } from '../week-grid/holidays.js';
import { asSibling, askMany, sendMany } from '../week-grid/many.js';
import { WeekGrid } from '../week-grid/week-grid.js';

const SHORTEST = 3;
const STALE_AFTER = 30_000;

export class FamilyWeek {
  /** `lead(page)`: the address of another page about this family; `go(day)`: another week enters the address. */
  constructor(place, { lead, go }) {
    const flights = new Map();
    Object.assign(this, { place, go, asked: 0, readAt: 0 });
    this.clicks = new Clicks(flights, { reread: () => this.reread(), answered: (result) => this.estimate(result), changed: () => {} });
    this.bar = new WeekBar(go, (day) => showWeek(place, day));
    this.grid = new WeekGrid(byId('week'), {
      passing: () => this.isPassing(),
      choose: (choice) => this.grid.choose({ ...this.grid.shown, ...choice }),
      reread: () => this.reread(),
      cell: (cell) => this.clicks.cell(this.grid, place, cell, this.isPassing() ? { reason: this.reason() } : undefined),
      offer: (child, day, offer) => this.clicks.day(this.grid, place, child, day, offer),
      override: () => {},
      document: () => lead('/documents.html'),
      go, seek: (button) => this.seek(button), same: (child, sibling) => this.same(child, sibling),
      menu: () => '', abonnements: () => lead('/abonnements.html'),
    }, flights);
    byId('pass').addEventListener('change', () => this.turned());
    byId('visit-reason').addEventListener('input', () => this.told());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.day && Date.now() - this.readAt > STALE_AFTER) this.reread();
    });
  }

  reason() { return byId('visit-reason').value.trim(); }

  isPassing() { return byId('pass').checked && this.reason().length >= SHORTEST; }

  /** The switch by its key. */
  turn() {
    if (byId('passing').hidden) return;
    byId('pass').checked = !byId('pass').checked;
    this.turned();
  }

  turned() {
    const on = byId('pass').checked;
    byId('reason-field').hidden = !on;
    byId('passing').classList.toggle('on', on);
    setText(byId('pass-word'), `Passer outre les limites\u00a0: ${on ? 'oui' : 'non'}`);
    if (on && !this.reason()) byId('visit-reason').focus();
    this.told();
    announce(byId('pass-why').textContent || 'Les limites valent de nouveau.');
  }

  /** What the switch does now, and the cells as it leaves them. */
  told() {
    const on = byId('pass').checked;
    setText(byId('pass-why'), !on ? '' : this.isPassing()
      ? french('Un coin au cadenas : la limite est passée. Chaque changement porte votre nom et ce motif, et la famille le lit.')
      : 'Écrivez d’abord le motif de la visite, en quelques mots.');
    for (const cell of this.grid.cells.values()) this.grid.paint(cell);
  }

  async open(wanted) {
    const order = this.clicks.nextOrder();
    this.asked = order;
    try {
      const week = await showWeek(this.place, wanted);
      if (this.asked !== order) return;
      const here = week.today >= week.monday && week.today <= week.sunday;
      this.day = wanted ?? (here ? week.today : week.monday);
      this.show(week, order);
    } catch (error) {
      if (this.asked === order) this.fail(error, () => this.open(wanted));
    }
  }

  async reread() {
    const order = this.clicks.nextOrder();
    const shown = this.asked;
    try {
      const week = await showWeek(this.place, this.day);
      if (this.asked === shown) this.show(week, order);
      return true;
    } catch (error) {
      if (this.asked === shown && !this.clicks.waits()) this.fail(error, () => this.reread());
      return false;
    }
  }

  show(week, order) {
    this.readAt = Date.now();
    this.week = week;
    this.clicks.settleSlow(this.grid, order);
    byId('page-error').replaceChildren();
    byId('passing').hidden = !week.may_override;
    this.bar.show(week, this.day);
    this.estimate(week);
    this.grid.show(week, order);
    const kept = this.grid.shown.child;
    this.grid.choose({ child: week.children.some((one) => one.id === kept) ? kept : week.children[0]?.id, day: this.day });
    this.clicks.tell(this.grid, this.place, order);
  }

  estimate({ estimate }) { setText(byId('estimate'), french(`Estimation de ${estimate.month} : ${estimate.amount}`)); }

  async seek(button) {
    button.setAttribute('aria-disabled', 'true');
    try {
      const found = await seekOpen(this.grid.week.monday, (wanted) => showWeek(this.place, wanted));
      if (found) return this.go(found);
      this.say('Aucune semaine ouverte n’est connue pour l’instant.');
    } catch (error) { this.fail(error, () => this.reread()); }
    button.removeAttribute('aria-disabled');
  }

  async same(child, sibling) {
    const [own, model] = [child, sibling].map((id) => this.grid.week.children.find((one) => one.id === id).first_name);
    const changes = asSibling(this.grid, child, sibling);
    if (changes.length === 0 || !await askMany(`${own}\u00a0: les mêmes jours que ${model}`, changes)) return;
    const { sentence } = await sendMany(this.clicks, this.grid, this.place, changes);
    this.say(sentence);
  }

  /** One week on, or back, from the one that is shown. */
  step(weeks) { this.go(addDays(this.day, 7 * weeks)); }

  say(sentence) {
    byId('said-back').hidden = false;
    setText(byId('said-back'), french(sentence));
    announce(sentence);
  }

  fail(error, again) {
    if (!(error instanceof Problem || error instanceof NoReply)) reportError(error); // ours, not the network's
    const sentence = error instanceof Problem ? error.message : 'La semaine n’a pas pu être lue : pas de réponse du serveur.';
    byId('page-error').replaceChildren(h('p', { class: 'refusal' }, french(sentence)), h('button', { type: 'button', class: 'button', onclick: again }, 'Relire la semaine'));
    announce(sentence);
  }
}
