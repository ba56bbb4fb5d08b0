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
    const drawn = first ? JSON.stringify([first.sentence, others.length]) : this.help;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    if (!first) return this.place.replaceChildren(h('p', {}, french(this.help)));
    const act = ([words, run]) => h('button', { type: 'button', class: 'button', onclick: () => { this.end(first.about); run?.(); } }, words);
    const more = others.length > 0 && h('span', { class: 'second' }, ` (${others.length} autre${others.length > 1 ? 's' : ''} ensuite)`);
    this.place.replaceChildren(h('p', { class: 'news' }, french(first.sentence), more), h('div', { class: 'news-acts' }, [...first.acts, first.acts.length ? null : ['Compris']].filter(Boolean).map(act)));
  }
}
