// The last marks, newest first, ten at most, each child once: each can be taken back once, many made by one press together.

import { markOf, wordOf, sameMark } from './presence.js';

const MOST = 10;

export class Undos {
  constructor() { this.made = []; }

  get newest() { return this.made[0]; }

  /** A mark was taken. Taps on one child that follow each other are one gesture; an older mark of it is no longer offered. */
  push(before, line) {
    const last = this.made[0];
    const from = last?.child === line.child ? last.from : markOf(before);
    this.made = this.made.filter((deed) => deed.child !== line.child);
    if (sameMark(from, markOf(line))) return;
    const hours = from.presence === line.presence;
    const what = (wordOf(line.presence) || 'effacé').toLowerCase();
    this.keep({ child: line.child, from, words: hours ? `heures de ${line.first_name}` : `${line.first_name}, ${what}`, name: line.family_name });
  }

  /** Many were marked by one press; `where` is the class, when it was one. */
  pushMany(children, where) {
    const words = `${children.length} présent${children.length > 1 ? 's' : ''}${where ? ` en ${where}` : ''}`;
    if (children.length > 0) this.keep({ children, words });
  }

  keep(deed) { this.made = [deed, ...this.made].slice(0, MOST); }

  /** One leaves the list, the newest unless another is said. */
  take(deed = this.newest) {
    this.made = this.made.filter((one) => one !== deed);
    return deed;
  }

  clear() { this.made = []; }
}
