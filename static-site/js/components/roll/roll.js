// The roll as it is called: tiles, what a tap does, what is on its way, what can be taken back, and how many are left.

import { markPresent, noteAttendance } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { byId } from '../../lib/dom.js';
import { counted, french, searched } from '../../lib/text.js';
import { classOf } from './groups.js';
import { hourNow, Hours } from './hours.js';
import { Marks } from './marks.js';
import { absentAs, heardOf, isPresent, nextOf, presentAs } from './presence.js';
import { paintSections } from './sections.js';
import { refused, wordsOf } from './refused.js';
import { Slot } from './slot.js';
import { helpOf, tell } from './tell.js';
import { draw, dress } from './tile.js';
import { Undos } from './undo.js';
import { enterBy, step, walk } from './walk.js';
import { restWords } from './words.js';

const PRESENT = { presence: 'present', arrived: null, left: null };
const NOTHING = { presence: null, arrived: null, left: null };

export class Roll {
  /** `me` is the name marks bear; `may`: the role marks; `reread()` reads the roll again, quietly; `choose(class)` is told. */
  constructor({ organisation, me, may, reread, choose }) {
    Object.assign(this, { organisation, me, may, reread, choose });
    this.place = byId('roll');
    this.slot = new Slot(byId('slot'));
    this.undos = new Undos();
    this.view = { class: null };
    this.mode = 'mark';
    this.others = new Set();
    this.marks = this.marksOf({});
    this.hours = new Hours({ organisation, line: (child) => this.line(child), keep: (child, mark) => this.want(child, mark), closed: (child, within) => { this.count(); this.repaint(child); if (within) this.focus(child); } });
    walk(this.place, { press: (child) => this.press(child), hold: (child) => this.openHours(child, true) });
    for (const button of byId('modes').children) button.addEventListener('click', () => this.setMode(button.dataset.mode));
    byId('all-present').addEventListener('click', () => this.allPresent());
    byId('undo').addEventListener('click', () => this.undo());
    this.settleButtons();
  }

  /** The marks of one roll; what comes back after another was opened is no longer shown. */
  marksOf(of) {
    const mine = (act) => (...about) => (marks === this.marks ? act(...about) : null);
    const marks = new Marks({
      send: (line, mark) => this.note(of, line, mark),
      paint: mine((child) => this.repaint(child)),
      taken: mine((before, line, mark) => this.taken(before, line, mark)),
      refused: mine((line, mark, error) => refused(this, line, mark, error)),
    });
    return marks;
  }

  /** Where the big button and the switch stand: in the head of a tablet, else at the foot; at a desk beside the help. */
  settleButtons() {
    const tablet = matchMedia('(min-width: 64rem) and (max-width: 79.99rem)');
    const desk = matchMedia('(min-width: 80rem)');
    const settle = () => {
      if (desk.matches) byId('slot').after(byId('modes'));
      else document.querySelector('.roll-head').append(byId('modes'));
      (tablet.matches ? document.querySelector('.roll-head') : byId('foot')).append(byId('all-present'));
    };
    for (const one of [tablet, desk]) one.addEventListener('change', settle);
    settle();
  }

  /** Another roll: what was about the last one is gone. */
  open({ day, today, activity, activities, children }) {
    Object.assign(this, { day, today, activity, countsHours: activities.find((one) => one.id === activity)?.hours ?? false });
    // A day to come has nothing to count yet; a role that only reads counts, and marks nothing.
    this.frozen = day > today;
    this.locked = !this.may || this.frozen;
    this.hours.close();
    this.undos.clear();
    this.slot.clear();
    this.others.clear();
    this.place.replaceChildren();
    this.marks = this.marksOf({ day, activity });
    this.marks.learn(children);
    this.place.toggleAttribute('data-hours', this.countsHours);
    byId('modes').hidden = this.locked || !this.countsHours;
    this.setMode('mark');
  }

  /** What the server says now; what others have marked shows in its place. */
  learn(children, since) {
    for (const line of this.marks.learn(children, since)) {
      if (line.noted && line.noted.by !== this.me) this.others.add(line.noted.by);
      this.repaint(line.child);
    }
    this.help();
  }

  /** When a reading begins. */
  get moment() { return this.marks.moment; }
  lines() { return this.marks.all(); }
  line(child) { return this.marks.shown(child); }
  has(child) { return this.marks.lines.has(child); }
  element(child) { return this.place.querySelector(`[data-child="${CSS.escape(child)}"]`); }
  focus(child) { this.element(child)?.querySelector('.tile').focus(); }
  step(by) { step(this.place, by); }
  want(child, mark) { this.slot.end(child); this.marks.want(child, mark); }

  /** Which lines are shown: of a school, and of a class of it when one is chosen. */
  see(view) {
    this.view = view;
    const lines = view.ofSchool.filter((line) => view.class === null || classOf(line) === view.class);
    paintSections(this.place, lines, { organisation: this.organisation, locked: this.locked, whole: view.class === null });
    this.count();
  }

  /** The lines of the view as they are now. */
  seen(all = false) {
    const { school, class: name } = this.view;
    return this.lines().filter((line) => (!school || line.school === school) && (all || name === null || name === undefined || classOf(line) === name));
  }

  filter(text) {
    const words = searched(text.trim());
    for (const line of this.place.querySelectorAll('[data-child]')) line.hidden = Boolean(words) && !searched(line.dataset.name).includes(words);
    enterBy(this.place);
  }

  repaint(child) {
    const element = this.element(child);
    const line = this.line(child);
    if (!element || !line) return;
    dress(element, line);
    element.toggleAttribute('data-inhand', this.hours.child === child);
    this.countSoon();
    if (this.hours.child === child) this.hours.paint();
  }

  /** All that depends on how many are marked. */
  count() { if (this.day) tell(this); }

  /** Once for many tiles. */
  countSoon() {
    this.counting ??= Promise.resolve().then(() => { this.counting = null; this.count(); });
  }

  summary() { return french(`${restWords(this.seen(), this.frozen)}.`); }

  setMode(mode) {
    this.mode = mode;
    for (const button of byId('modes').children) button.setAttribute('aria-pressed', String(button.dataset.mode === mode));
    this.hours.close();
    this.help();
    this.count();
  }

  help() { this.slot.sayHelp(helpOf(this)); }

  press(child) {
    const line = this.line(child);
    if (!line || this.locked) return;
    if (this.mode === 'hours') return this.pressHours(child, line);
    this.want(child, { ...NOTHING, presence: nextOf(line, line.presence) });
  }

  /** The hours of one child, in place of the foot; `focus` leads to their fields. */
  openHours(child, focus) {
    const before = this.hours.child;
    this.hours.open(child, focus);
    for (const one of [before, child]) if (one) this.repaint(one);
    this.count();
  }

  /** Arrival now, then departure, not in the same minute: that is a tap too many. On another day the hours are typed. */
  pressHours(child, line) {
    const now = hourNow();
    if (this.day === this.today && !line.arrived) this.want(child, { presence: presentAs(line), arrived: now, left: null });
    else if (this.day === this.today && !line.left && line.arrived !== now) this.want(child, { presence: presentAs(line), arrived: line.arrived, left: now });
    this.openHours(child, this.day !== this.today);
  }

  /** A key acts on the tile that has the focus. */
  markInHand(what) {
    const line = this.line(document.activeElement.closest?.('#roll [data-child]')?.dataset.child);
    if (!line || this.locked) return false;
    if (what === 'hours') { this.openHours(line.child, true); return true; }
    if (what === 'absent' && !line.booked) return true;
    this.want(line.child, { ...NOTHING, presence: what === 'present' ? presentAs(line) : absentAs(line) });
    return true;
  }

  async note({ day, activity }, line, { presence, arrived, left }) {
    const answer = await noteAttendance(this.organisation, { day, activity, child: line.child, family: line.family, presence, arrived, left, version: line.version });
    return answer.row;
  }

  add(child, family) { return this.note(this, { child: child.id, family: family.id, version: 0 }, { ...NOTHING, presence: 'present_unbooked' }); }

  taken(before, line, mark) {
    if (!mark.undoes) this.undos.push(before, line);
    const element = this.element(line.child);
    if (element && isPresent(line.presence) && !isPresent(before.presence)) draw(element);
    if (!this.marks.wanted.has(line.child) || this.marks.wanted.get(line.child) === mark) announce(`${line.first_name}, ${heardOf(line.presence)}. ${this.summary()}`);
  }

  /** One request for all of the view who are not noted and whose absence nobody has told. */
  async allPresent() {
    const children = this.seen().filter((line) => line.booked && !line.presence && !line.absence && !line.pending).map((line) => line.child);
    if (children.length === 0) return;
    const { rows } = await this.many(children, PRESENT, {}) ?? { rows: [] };
    this.undos.pushMany(rows.map((row) => row.child), this.view.class);
    this.count();
    byId('undo').focus();
    if (rows.length > 0) announce(`${counted(rows.length, 'enfant pointé présent', 'enfants pointés présents')}. ${this.summary()}`);
  }

  async many(children, mark, more) {
    const { day, activity } = this;
    try {
      const answer = await this.marks.many(children, mark, (lines) => markPresent(this.organisation, { day, activity, children: lines.map(({ child, family, version }) => ({ child, family, version })), ...more }));
      for (const row of answer.rows) { const element = this.element(row.child); if (element && isPresent(row.presence)) draw(element); }
      if (answer.left.length > 0) {
        await this.reread();
        const names = answer.left.map((child) => this.line(child)).filter(Boolean).map((line) => `${line.first_name}, ${heardOf(line.presence)}${line.noted ? ` par ${line.noted.by}` : ''}`);
        this.slot.say('many', `${counted(answer.left.length, 'ligne venait de changer et reste comme elle est', 'lignes venaient de changer et restent comme elles sont')} : ${names.join(' ; ')}.`);
      }
      return answer;
    } catch (error) {
      this.slot.say('many', wordsOf(error));
      announce(wordsOf(error));
      this.reread();
      return null;
    }
  }

  /** A mark is taken back, the newest unless another is said. */
  async undo(chosen) {
    const deed = this.undos.take(chosen);
    if (!deed) return;
    this.count();
    if (deed.child) this.want(deed.child, { ...deed.from, undoes: true });
    else {
      const still = deed.children.map((child) => this.line(child)).filter((line) => line?.presence === 'present' && !line.pending);
      const answer = still.length > 0 && await this.many(still.map((line) => line.child), NOTHING, { take_back: true });
      if (answer) announce(`${counted(answer.rows.length, 'pointage défait', 'pointages défaits')}. ${this.summary()}`);
    }
    if (document.activeElement === document.body) this.place.querySelector('.tile[tabindex="0"]')?.focus();
  }
}

