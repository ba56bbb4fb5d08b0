// The last marks, newest first, ten at most: each can be taken back once, many made by one press together.

import { markOf, wordOf, sameMark } from './presence.js';

const MOST = 10;

export class Undos {
  constructor() { this.made = []; }

  get newest() { return this.made[0]; }

  /** A mark was taken. Taps on one child that follow each other are one gesture. */
  push(before, line) {
    const last = this.made[0];
    const follows = last?.child === line.child;
    if (follows) this.made.shift();
    const from = follows ? last.from : markOf(before);
    if (sameMark(from, markOf(line))) return;
    const hours = from.presence === line.presence;
    const words = hours ? `heures de ${line.first_name}` : `${line.first_name}, ${(wordOf(line.presence) || 'effacé').toLowerCase()}`;
    this.keep({ child: line.child, from, words });
  }

  /** Many were marked by one press; `where` is the class, when it was one. */
  pushMany(children, where) {
    const words = `${children.length} présent${children.length > 1 ? 's' : ''}${where ? ` en ${where}` : ''}`;
    if (children.length > 0) this.keep({ children, words });
  }

  keep(deed) { this.made = [deed, ...this.made].slice(0, MOST); }

  /** The newest leaves the list. */
  take() { return this.made.shift(); }

  clear() { this.made = []; }
}
