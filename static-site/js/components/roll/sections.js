// The tiles of a roll in their sections. Tiles that stay where they are keep their element, so that nothing moves and the
// focus stays.

import { h } from '../../lib/dom.js';
import { inOrder, sectionsOf } from './groups.js';
import { dress, tile } from './tile.js';
import { enterBy } from './walk.js';

/** `whole`: all classes are shown; then schools, or maternelle and élémentaire, have a head each. */
export function paintSections(place, lines, { organisation, locked, whole }) {
  const sections = whole ? sectionsOf(lines) : [{ name: '', lines: inOrder(lines) }];
  const drawn = JSON.stringify([locked, sections.map((section) => [section.name, section.lines.map((line) => line.child)])]);
  if (place.dataset.drawn === drawn && place.childElementCount > 0) {
    for (const line of lines) dress(place.querySelector(`[data-child="${CSS.escape(line.child)}"]`), line);
    return;
  }
  place.dataset.drawn = drawn;
  const head = (section) => section.name && h('h2', { class: 'section-head' }, section.name, ' ', h('span', { 'data-section': true }));
  const items = (section) => section.lines.map((line) => tile(line, { organisation, locked }));
  place.replaceChildren(...sections.filter((section) => section.lines.length > 0).map((section) => h('section', {}, head(section), h('ul', { class: 'tiles' }, items(section)))));
  if (lines.length === 0) place.append(h('p', { class: 'serif' }, 'Personne n’est inscrit ce jour.'));
  enterBy(place);
}
