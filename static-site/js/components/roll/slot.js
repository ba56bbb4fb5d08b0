// What is said above the roll, in a place of its own that is always there: help, what the server refused, what a colleague
// has marked meanwhile. News stay until somebody has answered them, one at a time; nothing is pushed by them.

import { h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';

export class Slot {
  constructor(place) {
    this.place = place;
    this.news = [];
    this.help = '';
  }

  sayHelp(sentence) {
    this.help = sentence;
    this.paint();
  }

  /** `about` is whom it concerns: newer news of the same take its place. `acts`: [words, act], each ends it. */
  say(about, sentence, acts = []) {
    this.news = [...this.news.filter((one) => one.about !== about), { about, sentence, acts }];
    this.paint();
  }

  end(about) {
    if (!this.news.some((one) => one.about === about)) return;
    this.news = this.news.filter((one) => one.about !== about);
    this.paint();
  }

  clear() { this.news = []; this.paint(); }

  paint() {
    const [first, ...others] = this.news;
    this.place.toggleAttribute('data-news', Boolean(first));
    const drawn = JSON.stringify([this.help, first?.sentence, others.length]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.place.replaceChildren(h('p', { class: 'help' }, french(this.help)), ...(first ? [this.told(first, others.length)] : []));
  }

  told({ about, sentence, acts }, others) {
    const act = ([words, run]) => h('button', { type: 'button', class: 'button', onclick: () => { this.end(about); run?.(); } }, words);
    const more = others > 0 && h('span', { class: 'second' }, ` (${others} autre${others > 1 ? 's' : ''} ensuite)`);
    return h('div', { class: 'news' }, h('p', {}, french(sentence), more), h('div', { class: 'news-acts' }, (acts.length > 0 ? acts : [['Compris']]).map(act)));
  }
}
