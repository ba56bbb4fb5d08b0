// The week of a family: keeps the state of every cell and paints it.
//
// Hooks for the browser's tests:
//   td[data-child][data-activity][data-day][data-state], data-state being open_free, open_booked, locked_free,
//   locked_booked, closed, full or waiting; data-pending while a click is unanswered, data-refused while a refusal is shown,
//   data-piece where a missing document locks it, the cell being a link to that document;
//   data-answered while a second click would still be the same double click (also on td[data-offers-day]);
//   button[data-offer=book|cancel][data-child][data-day] for "toutes les activités";
//   #week-title, #previous-week, #next-week, #status, #estimate, #rules. The name heard for a cell is
//   "Cantine maternelle, Chloé, lundi 25 mai 2015 : inscrit" (plain spaces, typographic apostrophes).
// Accessibility: a native table with explicit roles (the phone's layout takes `display: table` away); one native
// checkbox per cell that can be clicked, with the full name; focus is never lost by a repaint.

import { announce } from '../../lib/announce.js';
import { addDays, shortDate } from '../../lib/dates.js';
import { capital, counted } from '../../lib/text.js';
import { paintNotes } from '../margin-note/margin-note.js';
import { arrows } from './arrows.js';
import { buildWeek, paintOffer } from './build.js';
import { paintCell } from './cell.js';
import { closedName, withBand } from './holidays.js';
import { asSibling } from './many.js';
import { buildNarrow, FAMILY, paintFamily, paintNarrow } from './narrow.js';
import { Undos } from './undo.js';
import { isBooked, isClickable, pieceOf, place } from './words.js';

export const keyOf = (child, activity, day) => `${child}|${activity}|${day}`;

export class WeekGrid {
  /**
   * on: { choose({ child } or { day }), reread(), cell(cell), offer(child, day, offer), override(cell), document(piece): address,
   * go(day), seek(button), same(child, sibling), menu(day): dishes, abonnements(): address,
   * passing(): whether an agent passes over limits now, where one switch does it instead of a button in each cell };
   * flights: clicks under way by cell key, which outlive the week shown.
   */
  constructor(container, on, flights) {
    Object.assign(this, { container, on, flights, cells: new Map(), offers: new Map(), undos: new Undos(), shown: {} });
    container.addEventListener('keydown', (event) => this.undoByKey(event));
    container.addEventListener('change', (event) => this.changed(event.target));
    container.addEventListener('click', (event) => this.pressed(event.target.closest('button:not(.cell)')) || this.tellWhy(event.target.closest('td[data-state]')));
    // What a locked cell shows while it has the focus is put away, or said in the row; it comes back with the focus.
    container.addEventListener('keydown', ({ key, target }) => target.matches('button.cell') && target.toggleAttribute('data-quiet', ['Escape', 'Enter', ' '].includes(key)));
    container.addEventListener('focusout', ({ target }) => target.removeAttribute('data-quiet'));
  }

  cellOf(element) {
    const { child, activity, day } = element.closest('td').dataset;
    return this.cells.get(keyOf(child, activity, day));
  }

  /** The browser has already turned the box: repainting puts it back to what the server last said. */
  changed(input) {
    const cell = this.cellOf(input);
    this.on.cell(cell);
    this.paint(cell);
  }

  pressed(button) {
    if (button?.dataset.offer) this.on.offer(button.dataset.child, button.dataset.day, button.dataset.offer);
    else if (button?.classList.contains('override')) this.on.override(this.cellOf(button));
    return Boolean(button);
  }

  /** What takes no click says why, in its row: a tooltip is for a mouse alone. */
  tellWhy(td) {
    const cell = td && this.cellOf(td);
    if (!cell || cell.pending || cell.refused || isClickable(cell) || pieceOf(cell) || !cell.note) return;
    cell.told = { state: cell.state, text: `${capital(cell.note)}.` };
    this.paint(cell);
    announce(`${place(cell)} : ${cell.note}.`);
  }

  /** Shows a week read by the request of that order; repaints in place when it is the same week. */
  show(read, order) {
    const week = withBand(read);
    const shape = JSON.stringify([week.monday, week.family.id, week.today, week.band, week.children.map((child) => [child.id, child.empty, child.activities?.map((one) => one.id)])]);
    const same = shape === this.shape;
    Object.assign(this, { week, shape, mayOverride: Boolean(!this.on.passing && week.acts_as_agent && week.may_override) });
    if (same) this.refresh(week, order);
    else this.build(week, order);
    this.paintCounts();
  }

  build(week, order) {
    this.days = Array.from({ length: 7 }, (_, at) => addDays(week.monday, at));
    this.cells.clear();
    this.undos.clear();
    this.shown = { ...this.shown, day: undefined }; // of another week: the page says next which day it shows
    this.offers.clear();
    const built = buildWeek(week, this.days, (cell) => {
      const key = keyOf(cell.child.id, cell.activity.id, cell.day);
      this.cells.set(key, Object.assign(cell, { key, seen: order, closedBy: closedName(cell, week), pending: this.flights.get(key) ?? null, refused: null }));
    }, { ...this.on, abonnements: this.on.abonnements(), same: (child) => this.on.same(child, this.siblings.get(child)) });
    Object.assign(this, built, { narrow: buildNarrow(week, this.days, (choice) => this.on.choose(choice)) });
    for (const child of week.children) this.days.forEach((day, at) => this.setOffer(child.id, day, child.offers?.[at], order));
    for (const cell of this.cells.values()) this.paint(cell);
    const weekend = [...this.cells.values()].some((cell) => this.days.indexOf(cell.day) > 4 && cell.state !== 'closed');
    this.table.classList.toggle('open-weekend', weekend);
    arrows(this.table);
    this.container.replaceChildren(this.narrow.children, this.narrow.strip, this.narrow.ofDay, this.table, this.narrow.late);
  }

  refresh(week, order) {
    for (const child of week.children) {
      for (const activity of child.activities ?? []) {
        activity.cells.forEach((fresh, at) => this.setCell(this.cells.get(keyOf(child.id, activity.id, this.days[at])), fresh, order));
      }
      this.days.forEach((day, at) => this.setOffer(child.id, day, child.offers?.[at], order));
    }
  }

  /** The true state from a reply; an older reply never overwrites a newer one, nor a click under way. */
  setCell(cell, { state, said, note, kind, closed, rank, pieces }, order, drawn = false) {
    if (!cell || cell.pending || cell.seen > order) return;
    // A refusal stays until the cell truly changes after it; the first state read since is only its truth.
    if (cell.refused?.state === undefined) { if (cell.refused) cell.refused.state = state; }
    else if (cell.refused.state !== state) cell.refused = null;
    if (cell.told && cell.told.state !== state) cell.told = null;
    Object.assign(cell, { state, said, note, kind, closed, rank, pieces, seen: order });
    cell.closedBy = closedName(cell, this.week);
    this.paint(cell, drawn);
  }

  setOffer(child, day, offer = 'none', order = Infinity) {
    const key = `${child}|${day}`;
    const known = this.offers.get(key);
    if (known && known.seen > order) return;
    this.offers.set(key, { ...known, offer, seen: order });
    this.paintOffer(child, day);
  }

  setOfferPending(child, day, pending) {
    const known = this.offers.get(`${child}|${day}`);
    if (!known) return;
    known.pending = pending;
    this.paintOffer(child, day);
  }

  offerPlace(child, day) { return this.bodies.get(child)?.querySelector(`[data-offers-day="${day}"]`); }

  paintOffer(child, day) {
    const td = this.offerPlace(child, day);
    const { offer, pending = false } = this.offers.get(`${child}|${day}`);
    if (td) paintOffer(td, this.week.children.find((one) => one.id === child), day, offer, pending);
  }

  paint(cell, drawn = false) {
    cell.passing = this.on.passing?.() ?? false;
    paintCell(cell, { mayOverride: this.mayOverride, drawn, address: this.on.document });
    const row = this.rows.find(({ tr }) => tr === cell.td.parentElement);
    if (row) this.paintRowNotes(row);
  }

  paintRowNotes({ child, activity, tr }) {
    const notes = this.days.flatMap((day) => {
      const cell = this.cells.get(keyOf(child.id, activity.id, day));
      const lead = `${activity.name}, ${shortDate(day)}`;
      if (cell?.pending?.slow) {
        return [{ kind: 'waiting', lead, day, text: 'Pas encore de réponse de la mairie : rien n’est sûr.', action: { label: 'Relire le planning', run: () => this.on.reread() } }];
      }
      if (cell?.told) return [{ kind: 'said', lead, day, text: cell.told.text, action: cell.told.action }];
      return cell?.refused && !cell.pending ? [{ kind: 'refused', lead, day, text: cell.refused.detail }] : [];
    });
    paintNotes(tr, [...notes, ...this.undos.of(child.id, activity.id)], this.shown.day);
  }

  /** The last change of a child, under its row or under "toutes les activités". */
  paintUndo(child) {
    for (const row of this.rows) if (row.child.id === child) this.paintRowNotes(row);
    this.sayUnderOffers(child, this.shown.day, '');
  }

  undoByKey(event) {
    if (event.key !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    const child = event.target.closest('[data-child]')?.dataset.child;
    if (child && this.undos.press(child)) event.preventDefault();
  }

  /** What "toutes les activités" passed over, said under its row until the child's next change. */
  sayUnderOffers(child, day, text, { lead = '', action } = {}) {
    const tr = this.bodies.get(child)?.querySelector('.offers');
    if (tr) paintNotes(tr, text ? [{ kind: 'said', lead, day, text, action }] : this.undos.of(child), this.shown.day);
  }

  /** The child, or the family, and the day that a phone shows. */
  choose(shown) {
    this.shown = shown;
    this.container.classList.toggle('of-family', shown.child === FAMILY);
    for (const [child, body] of this.bodies) {
      body.classList.toggle('shown', child === shown.child || shown.child === FAMILY);
      const name = this.week.children.find((one) => one.id === child).first_name;
      body.querySelector('[data-narrow-title]').textContent = `${name}, ${shortDate(shown.day)}`;
    }
    for (const one of this.table.querySelectorAll('[data-day], [data-offers-day]')) {
      one.classList.toggle('shown', (one.dataset.day ?? one.dataset.offersDay) === shown.day);
    }
    this.paintCounts();
  }

  paintCounts() {
    const of = (child, day) => [...this.cells.values()].filter((cell) => (child === FAMILY || cell.child.id === child) && (!day || cell.day === day));
    for (const [child, body] of this.bodies) {
      const count = of(child).filter(isBooked).length;
      const text = body.querySelector('.count');
      if (text) text.textContent = count ? `${counted(count, 'inscription', 'inscriptions')} cette semaine` : 'aucune inscription cette semaine';
    }
    const { child } = this.shown;
    paintNarrow(this.narrow, this.shown, (day) => of(child, day).filter((cell) => isBooked(cell) && !cell.pending).length, (day) => of(child, day).some((cell) => isClickable(cell) || isBooked(cell)));
    this.paintFamily(of);
    this.paintSame();
  }

  /** On a phone, one day of all: rows that no longer move are one sentence, a child with nothing is one line. */
  paintFamily(of) {
    const { day } = this.shown;
    if (!day) return;
    const late = (cell) => !this.mayOverride && cell.state === 'locked_free' && !cell.refused && !cell.pending && !pieceOf(cell) && !cell.kind;
    const folds = (cell) => cell.state === 'closed' || late(cell);
    for (const { child, activity, tr } of this.rows) tr.classList.toggle('folds', folds(this.cells.get(keyOf(child.id, activity.id, day))));
    for (const [child, body] of this.bodies) {
      const cells = of(child, day);
      const text = body.querySelector('.day-count');
      const count = cells.filter(isBooked).length;
      if (text) text.textContent = count ? counted(count, 'inscription', 'inscriptions') : cells.every(folds) ? 'rien ce jour-là' : 'aucune inscription';
    }
    if (this.shown.child !== FAMILY) { this.narrow.ofDay.hidden = this.narrow.late.hidden = true; return; }
    const closed = [...new Set(of(FAMILY, day).filter(late).map((cell) => cell.activity.name))];
    paintFamily(this.narrow, { day, today: this.week.today, dishes: this.on.menu(day), closed });
  }

  /** Where a sibling who has the same activities has other days, they can be taken over in one gesture. */
  paintSame() {
    this.siblings = new Map();
    for (const [child, body] of this.bodies) {
      const row = body.querySelector('.same');
      if (!row) continue;
      const sibling = this.week.children.find((one) => one.id !== child && asSibling(this, child, one.id).length > 0);
      row.hidden = !sibling;
      if (!sibling) continue;
      this.siblings.set(child, sibling.id);
      row.querySelector('button').textContent = `Les mêmes jours que ${sibling.first_name}`;
    }
  }
}
