// What happens to a click: sent once, again if its reply is lost, and painted only as the server answers.
//
// Every request, click or reading, takes a number when it leaves. A reply paints a cell only if nothing newer has,
// and a cell under way is painted by its own reply alone. Where that leaves a doubt, the week is read again.
// A click whose answer never came, or whose session had ended, is named once the week was read: taken, or not taken
// and offered again. It is never sent again by itself after that.

import { changeBooking, changeDay, nameUntaken, Problem } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { calm, isCalm } from '../../lib/calm.js';
import { fullDate } from '../../lib/dates.js';
import { takeUntaken } from '../../lib/memory.js';
import { keyOf } from './week-grid.js';
import { NEXT } from './undo.js';
import { holds, isClickable, isOpen, place as placeOf, verbOf, wantedBy } from './words.js';

const SLOW_AFTER = 8000;
const UNSURE = 'Pas de réponse de la mairie : rien n’est sûr.';
const CUT = 'Ce clic n’a pas été pris : la connexion s’est coupée.';
const ENDED = 'Ce clic n’a pas été pris : votre connexion était finie.';
const TAKEN = 'La mairie a bien reçu ce clic.';
const PAGE = 'planning';

export class Clicks {
  /** on: { reread(): Promise<boolean>, answered(result), changed() } */
  constructor(flights, on) {
    Object.assign(this, { flights, on, order: 0, underWay: new Map(), lost: new Set(), made: [], limitsSeen: 0 });
    nameUntaken((body) => this.untaken(body));
  }

  /** Whether a click waits for a word that has not come: it says so in its own place. */
  waits() { return [...this.flights.values()].some((flight) => flight.slow); }

  nextOrder() { return ++this.order; }

  /** One cell. A cell under way ignores the click and says so; one that was just answered ignores it: a double click. */
  cell(grid, family, cell, override) {
    if (isCalm(cell.td)) return undefined;
    if (cell.pending) return announce(`${placeOf(cell)} : envoi en cours, la mairie n’a pas encore répondu.`);
    return this.one(grid, family, cell, wantedBy(cell), { override });
  }

  /** One cell as it is wanted; resolves with "taken", "refused" or "unsure". `quiet`: whoever sends several says so at the end. */
  one(grid, family, cell, want, { override, quiet } = {}) {
    const body = { child: cell.child.id, activity: cell.activity.id, day: cell.day, want, ...(override && { override }) };
    const words = { what: placeOf(cell), verb: verbOf(want, cell) };
    return this.send(grid, { family, words, quiet, cells: [cell], body, operation: (click) => changeBooking(family, click) });
  }

  /** "Toutes les activités": every open cell of that child's day waits for the one answer. */
  day(grid, family, child, day, offer) {
    if (isCalm(grid.offerPlace(child, day))) return undefined;
    const cells = [...grid.cells.values()].filter((cell) => cell.child.id === child && cell.day === day && isOpen(cell));
    if (cells.some((cell) => cell.pending)) return announce('Envoi en cours : la mairie n’a pas encore répondu pour ce jour.');
    const name = grid.week.children.find((one) => one.id === child).first_name;
    const words = { what: `Toutes les activités, ${name}, ${fullDate(day)}`, verb: offer === 'book' ? 'Tout inscrire' : 'Tout annuler' };
    const body = { child, day, want: offer === 'book' ? 'booked' : 'free' };
    return this.send(grid, { family, words, cells, body, offer, operation: (click) => changeDay(family, click) });
  }

  async send(grid, { family, words, quiet, cells, body, offer, operation }) {
    const click = { request: crypto.randomUUID(), ...body };
    const flight = { order: this.nextOrder(), family, words, quiet, offer, body, request: click.request, keys: cells.map((cell) => cell.key), day: `${body.child}|${body.day}`, slow: false };
    const before = cells[0]?.state;
    this.takeOff(grid, flight, cells, body);
    const slow = setTimeout(() => this.isSlow(grid, flight), SLOW_AFTER);
    try {
      const result = await operation(click).catch((error) => {
        if (error instanceof Problem) throw error;
        return operation(click); // the same request id: repeating it changes nothing
      });
      this.answered(grid, flight, result);
      this.offerUndo(grid, flight, result, { cells, before, operation });
      return 'taken';
    } catch (error) {
      if (error instanceof Problem) { await this.refused(grid, flight, error); return 'refused'; }
      await this.unanswered(grid, flight);
      return 'unsure';
    } finally {
      clearTimeout(slow);
    }
  }

  takeOff(grid, flight, cells, body) {
    const others = this.underWay.get(flight.day) ?? new Set();
    for (const other of others.add(flight)) other.crossed = others.size > 1 || other.crossed;
    this.underWay.set(flight.day, others);
    grid.undos.forget(body.child);
    grid.paintUndo(body.child);
    if (!body.activity) grid.setOfferPending(body.child, body.day, true);
    for (const cell of cells) {
      this.flights.set(cell.key, flight);
      Object.assign(cell, { pending: flight, refused: null, told: null });
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
    this.rest(grid, flight, own);
    if (grid.offers.has(flight.day)) grid.setOffer(result.child, result.day, result.offer, flight.order);
    if (flight.order > this.limitsSeen) { this.limitsSeen = flight.order; this.on.answered(result); }
    if (result.passed_over.length) grid.sayUnderOffers(result.child, result.day, result.message);
    if (!flight.quiet) announce(`${result.message} ${NEXT}`);
    grid.paintCounts();
    this.on.changed();
    const late = own.length < flight.keys.filter((key) => grid.cells.has(key)).length;
    const last = !this.underWay.get(flight.day)?.size;
    if (late || result.week_changed || (flight.crossed && last)) this.on.reread();
  }

  /** What was taken can be taken back, and then done again. Several at once are offered as one, by who sent them. */
  offerUndo(grid, flight, result, { cells, before, operation }) {
    const { family, request, body, words, offer, quiet } = flight;
    const own = body.activity ? cells : cells.filter((cell) => cell.child.id === body.child && cell.day === body.day);
    if (quiet) return void this.made.push({ request, from: body.day, to: body.day });
    if (own.some((cell) => grid.cells.get(cell.key) !== cell)) return; // another week is shown by now
    const redo = () => this.send(grid, { family, words, cells: own, body, offer, operation });
    grid.undos.offer({ family, request, body, result, cells: own, before, redo }, { paint: (child) => grid.paintUndo(child), reread: () => this.on.reread() });
  }

  async refused(grid, flight, problem) {
    const own = this.land(grid, flight);
    for (const cell of own) {
      cell.refused = { kind: 'refused', detail: problem.message };
      grid.paint(cell);
    }
    this.rest(grid, flight, own);
    announce(`${own.length === 1 ? `${placeOf(own[0])} : refusé. ` : ''}${problem.message}`);
    grid.paintCounts();
    await this.on.reread();
  }

  /** What was answered takes no click for a moment: the verb of a day where it was pressed, else the cells. */
  rest(grid, { body }, cells) {
    const verb = grid.offerPlace(body.child, body.day);
    if (body.activity) cells.forEach((cell) => calm(cell.td));
    else if (verb) calm(verb);
  }

  /** The cells wait on, visibly unsure, until a reading of the week has succeeded. */
  async unanswered(grid, flight) {
    this.lost.add(flight);
    this.isSlow(grid, flight, `${flight.words.what} : ${UNSURE}`);
    await this.on.reread();
  }

  isSlow(grid, flight, sentence = 'Pas encore de réponse de la mairie. Vous pouvez relire le planning.') {
    flight.slow = true;
    const waiting = flight.keys.filter((key) => this.flights.get(key) === flight).map((key) => grid.cells.get(key)).filter(Boolean);
    if (waiting.length === 0) return;
    for (const cell of waiting) grid.paint(cell);
    announce(sentence);
  }

  /** A reading of the week tells the truth about the cells that have waited too long: they stop waiting. */
  settleSlow(grid, order) {
    for (const [key, flight] of this.flights) {
      if (!flight.slow || flight.order > order) continue;
      this.flights.delete(key);
      this.underWay.get(flight.day)?.delete(flight);
      const cell = grid.cells.get(key);
      if (cell) cell.pending = null;
      const [child, day] = flight.day.split('|');
      grid.setOfferPending(child, day, false);
    }
  }

  /** The week was read: what became of the clicks that had no answer, and of the one before signing in again. */
  tell(grid, family, order) {
    for (const flight of this.lost) {
      if (flight.order > order || !grid.cells.has(flight.keys[0])) continue;
      this.lost.delete(flight);
      this.tellOne(grid, flight, CUT);
    }
    const before = takeUntaken(PAGE);
    if (before && before.family.family === family.family && before.family.organisation === family.organisation) this.tellOne(grid, before, ENDED);
  }

  tellOne(grid, { family, words, offer, body }, why) {
    const cell = grid.cells.get(keyOf(body.child, body.activity, body.day));
    const taken = body.activity ? cell && holds(body.want, cell) : grid.offers.get(`${body.child}|${body.day}`)?.offer !== offer;
    const text = taken ? TAKEN : why;
    if (!body.activity) {
      const run = () => this.day(grid, family, body.child, body.day, offer);
      grid.sayUnderOffers(body.child, body.day, text, { lead: words.what, action: taken ? null : { label: words.verb, run } });
    } else if (cell) {
      const run = () => this.cell(grid, family, cell);
      cell.told = { state: cell.state, text, action: taken || !isClickable(cell) ? null : { label: words.verb, run } };
      grid.paint(cell);
    }
    announce(`${words.what} : ${text}`);
  }

  /** What a session that ended did not take, to be kept over the sign-in. */
  untaken(body) {
    const flight = [...this.underWay.values()].flatMap((flights) => [...flights]).find((one) => one.request === body?.request);
    return flight && { page: PAGE, family: flight.family, words: flight.words, offer: flight.offer, body: flight.body };
  }
}
