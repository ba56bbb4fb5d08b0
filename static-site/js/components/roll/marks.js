// The marks of a roll on their way: one request at a time for a child, the last tap wins, and what the server refuses
// goes back to what it was.

import { markOf, sameMark } from './presence.js';

export class Marks {
  /**
   * `send(line, mark)` resolves with the line as it is now, or null when it is gone; `paint(child)` is asked whenever
   * something else is to be shown of it; `taken(before, line, mark)` and `refused(line, mark, error)` are told.
   */
  constructor({ send, paint, taken, refused }) {
    Object.assign(this, { send, paint, taken, refused });
    this.lines = new Map();
    this.wanted = new Map();
    this.underWay = new Set();
    this.moment = 0; // counts what was answered, so that an older reading overwrites nothing newer
    this.answered = new Map();
  }

  keep(child, line) {
    this.lines.set(child, line);
    this.answered.set(child, ++this.moment);
  }

  /** What the server said to a reading that began at a moment. A child whose mark is on its way, or was answered since, stays. */
  learn(lines, since = this.moment) {
    const kept = new Map([...this.lines].filter(([child]) => this.underWay.has(child) || this.answered.get(child) > since));
    const changed = lines.filter((line) => !kept.has(line.child) && this.lines.get(line.child)?.version !== line.version);
    this.lines = new Map([...lines.map((line) => [line.child, line]), ...kept]);
    return changed;
  }

  /** The line as it is shown: with what was tapped last, when that is not answered yet. */
  shown(child) {
    const line = this.lines.get(child);
    const wanted = this.wanted.get(child);
    return line && { ...line, ...(wanted && { presence: wanted.presence, arrived: wanted.arrived, left: wanted.left, pending: true }) };
  }

  all() { return [...this.lines.keys()].map((child) => this.shown(child)); }

  want(child, mark) {
    if (!this.lines.has(child)) return;
    this.wanted.set(child, mark);
    this.paint(child);
    if (!this.underWay.has(child)) this.run(child);
  }

  async run(child) {
    this.underWay.add(child);
    let mark;
    let refused = null;
    try {
      while (this.wanted.has(child)) {
        mark = this.wanted.get(child);
        const before = this.lines.get(child);
        if (!sameMark(mark, markOf(before))) this.settle(before, await this.send(before, mark), mark);
        if (this.wanted.get(child) === mark) this.wanted.delete(child);
      }
    } catch (error) {
      refused = error;
      this.wanted.delete(child);
    }
    // From here on a tap is a request of its own again.
    this.underWay.delete(child);
    this.paint(child);
    if (refused) await this.refused(this.lines.get(child), mark, refused);
  }

  /** A child that is nowhere any more keeps its place until the roll is read again: nothing moves under the finger. */
  settle(before, row, mark) {
    const line = row ?? { ...before, presence: null, arrived: null, left: null, noted: null, version: 0 };
    this.keep(before.child, line);
    this.taken(before, line, mark);
  }

  /** Many in one request. `send(lines)` resolves with the rows that were taken; a tap made meanwhile goes after it. */
  async many(children, mark, send) {
    const free = children.filter((child) => !this.underWay.has(child));
    const before = free.map((child) => this.lines.get(child));
    for (const child of free) { this.underWay.add(child); this.wanted.set(child, mark); this.paint(child); }
    try {
      const { rows, left } = await send(before);
      for (const row of rows) this.keep(row.child, row);
      return { rows, left };
    } finally {
      for (const child of free) {
        this.underWay.delete(child);
        if (this.wanted.get(child) === mark) this.wanted.delete(child);
        this.paint(child);
        if (this.wanted.has(child)) this.run(child);
      }
    }
  }
}
