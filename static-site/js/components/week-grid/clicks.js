// What happens to a click: sent once, again if its reply is lost, and painted only as the server answers.
//
// Every request, click or reading, takes a number when it leaves. A reply paints a cell only if nothing newer has,
// and a cell under way is painted by its own reply alone. Where that leaves a doubt, the week is read again.

import { changeBooking, changeDay, Problem } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { keyOf } from './week-grid.js';
import { isOpen, place as placeOf, wantedBy } from './words.js';

const SLOW_AFTER = 8000;
const UNSURE = 'Pas de réponse de la mairie : rien n’est sûr.';

export class Clicks {
  /** on: { reread(): Promise<boolean>, answered(result), changed() } */
  constructor(flights, on) {
    Object.assign(this, { flights, on, order: 0, underWay: new Map(), limitsSeen: 0 });
  }

  nextOrder() { return ++this.order; }

  /** One cell. A cell under way ignores the click and says so. */
  cell(grid, family, cell, override) {
    if (cell.pending) return announce(`${placeOf(cell)} : envoi en cours, la mairie n’a pas encore répondu.`);
    const body = { child: cell.child.id, activity: cell.activity.id, day: cell.day, want: wantedBy(cell), ...(override && { override }) };
    return this.send(grid, [cell], body, (click) => changeBooking(family, click));
  }

  /** "Toutes les activités": every open cell of that child's day waits for the one answer. */
  day(grid, family, child, day, offer) {
    const cells = [...grid.cells.values()].filter((cell) => cell.child.id === child && cell.day === day && isOpen(cell));
    if (cells.some((cell) => cell.pending)) return announce('Envoi en cours : la mairie n’a pas encore répondu pour ce jour.');
    return this.send(grid, cells, { child, day, want: offer === 'book' ? 'booked' : 'free' }, (click) => changeDay(family, click));
  }

  async send(grid, cells, body, operation) {
    const flight = { order: this.nextOrder(), keys: cells.map((cell) => cell.key), day: `${body.child}|${body.day}`, slow: false };
    const click = { request: crypto.randomUUID(), ...body };
    this.takeOff(grid, flight, cells, body);
    const slow = setTimeout(() => this.isSlow(grid, flight), SLOW_AFTER);
    try {
      const result = await operation(click).catch((error) => {
        if (error instanceof Problem) throw error;
        return operation(click); // the same request id: repeating it changes nothing
      });
      this.answered(grid, flight, result);
    } catch (error) {
      if (error instanceof Problem) await this.refused(grid, flight, error);
      else await this.unanswered(grid, flight);
    } finally {
      clearTimeout(slow);
    }
  }

  takeOff(grid, flight, cells, body) {
    const others = this.underWay.get(flight.day) ?? new Set();
    for (const other of others.add(flight)) other.crossed = others.size > 1 || other.crossed;
    this.underWay.set(flight.day, others);
    grid.sayUnderOffers(body.child, body.day, '');
    if (!body.activity) grid.setOfferPending(body.child, body.day, true);
    for (const cell of cells) {
      this.flights.set(cell.key, flight);
      Object.assign(cell, { pending: flight, refused: null, unsure: null });
      grid.paint(cell);
    }
    grid.paintCounts();
  }

  /** Frees the cells of a flight; returns those that were still waiting for it. */
  land(grid, flight) {
    const others = this.underWay.get(flight.day);
    others?.delete(flight);
    const [child, day] = flight.day.split('|');
    grid.setOfferPending(child, day, false);
    return flight.keys.filter((key) => this.flights.get(key) === flight).map((key) => {
      this.flights.delete(key);
      const cell = grid.cells.get(key);
      if (cell?.pending === flight) cell.pending = null;
      return cell;
    }).filter(Boolean);
  }

  answered(grid, flight, result) {
    const own = this.land(grid, flight);
    for (const fresh of result.cells) {
      const cell = grid.cells.get(keyOf(result.child, fresh.activity, result.day));
      const isOwn = own.includes(cell);
      grid.setCell(cell, fresh, isOwn ? Math.max(flight.order, cell.seen) : flight.order, isOwn);
    }
    for (const cell of own) grid.paint(cell, cell.td.hasAttribute('data-drawn'));
    if (grid.offers.has(flight.day)) grid.setOffer(result.child, result.day, result.offer, flight.order);
    if (flight.order > this.limitsSeen) { this.limitsSeen = flight.order; this.on.answered(result); }
    if (result.passed_over.length) grid.sayUnderOffers(result.child, result.day, result.message);
    announce(result.message);
    grid.paintCounts();
    this.on.changed();
    const late = own.length < flight.keys.filter((key) => grid.cells.has(key)).length;
    const last = !this.underWay.get(flight.day)?.size;
    if (late || result.week_changed || (flight.crossed && last)) this.on.reread();
  }

  async refused(grid, flight, problem) {
    const own = this.land(grid, flight);
    for (const cell of own) {
      cell.refused = { kind: 'refused', detail: problem.message };
      grid.paint(cell);
    }
    announce(`${own.length === 1 ? `${placeOf(own[0])} : refusé. ` : ''}${problem.message}`);
    grid.paintCounts();
    await this.on.reread();
  }

  /** The cells wait on, visibly unsure, until a reading of the week has succeeded. */
  async unanswered(grid, flight) {
    this.isSlow(grid, flight);
    announce(`${UNSURE} Le planning est relu.`);
    if (!await this.on.reread()) return;
    for (const cell of flight.keys.map((key) => grid.cells.get(key)).filter((one) => one && !one.pending)) {
      cell.unsure = `${UNSURE} Le planning vient d’être relu : il montre ce que la mairie a enregistré.`;
      grid.paint(cell);
    }
  }

  isSlow(grid, flight) {
    flight.slow = true;
    const waiting = flight.keys.filter((key) => this.flights.get(key) === flight).map((key) => grid.cells.get(key)).filter(Boolean);
    if (waiting.length === 0) return;
    for (const cell of waiting) grid.paint(cell);
    announce('Pas encore de réponse de la mairie. Vous pouvez relire le planning.');
  }

  /** A reading of the week tells the truth about the cells that have waited too long: they stop waiting. */
  settleSlow(grid) {
    for (const [key, flight] of this.flights) {
      if (!flight.slow) continue;
      this.flights.delete(key);
      this.underWay.get(flight.day)?.delete(flight);
      const cell = grid.cells.get(key);
      if (cell) cell.pending = null;
      const [child, day] = flight.day.split('|');
      grid.setOfferPending(child, day, false);
    }
  }
}
