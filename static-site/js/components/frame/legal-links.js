// The foot of every page: what the law wants within reach.

import { h } from '../../lib/dom.js';

const PAGES = [['/accessibilite.html', 'Accessibilité : non conforme'], ['/confidentialite.html', 'Données personnelles'], ['/mentions-legales.html', 'Mentions légales']];

export function legalLinks() {
  return h('ul', { class: 'legal-links' }, PAGES.map(([href, word]) => h('li', {}, h('a', { href, 'aria-current': location.pathname === href && 'page' }, word.replace(' :', '\u00a0:')))));
}
