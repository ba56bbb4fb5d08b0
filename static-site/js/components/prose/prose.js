// A text as the server sends it, blocks of spans, drawn as elements: no markup of an organisation ever reaches the page.

import { h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';

const LINK = /^(https:\/\/|mailto:|tel:)/;

const span = ({ text, strong, link }) => {
  const words = strong ? h('strong', {}, french(text)) : french(text);
  return link && LINK.test(link) ? h('a', { href: link }, words) : words;
};

/** Headings of a text stand one level under its own title. */
export const prose = (blocks, level = 'h3') => blocks.map((block) => {
  switch (block.kind) {
    case 'heading': return h(level, { class: 'inner' }, block.spans.map(span));
    case 'list': return h(block.numbered ? 'ol' : 'ul', { class: 'listed serif' }, block.items.map((item) => h('li', {}, item.map(span))));
    default: return h('p', { class: 'serif' }, block.spans.map(span));
  }
});
