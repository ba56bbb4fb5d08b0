// A child that is there without being booked: found by its family, then added with one button.

import { findFamilies, Problem, showFamily } from '../../lib/api.js';
import { byId, h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { NO_REPLY, onSubmit } from '../field/field.js';

/** `add(child, family)` notes the child as present without a booking. */
export function openAddChild(organisation, add) {
  const form = byId('find-child');
  const found = byId('found-children');
  const say = (error) => found.replaceChildren(h('li', {}, h('p', { class: 'refusal' }, french(error instanceof Problem ? error.message : NO_REPLY))));

  onSubmit(form, async () => {
    const text = form.elements.search.value.trim();
    if (!text) return;
    try {
      const { families } = await findFamilies(organisation, text);
      if (families.length === 0) return found.replaceChildren(h('li', {}, h('p', { class: 'second' }, french(`Aucune famille ne correspond à « ${text} ».`))));
      found.replaceChildren(...families.slice(0, 12).map(item));
    } catch (error) { say(error); }
  });

  function item(family) {
    const place = h('p', { class: 'adds' }, h('button', { type: 'button', class: 'button', onclick: () => open(family, place) }, 'Choisir l’enfant', h('span', { class: 'only-heard' }, ` de la famille ${family.name}`)));
    return h('li', {}, h('div', {}, h('h3', {}, `Famille ${family.name}`), h('p', { class: 'second' }, family.children.join(', '))), place);
  }

  async function open(family, place) {
    try {
      const { children } = await showFamily({ organisation, family: family.id });
      place.replaceChildren(...children.map((child) => h('button', { type: 'button', class: 'button', 'data-add': child.id, onclick: () => choose(child, family) }, `Ajouter ${child.first_name}`)));
      place.querySelector('button')?.focus();
    } catch (error) { say(error); }
  }

  async function choose(child, family) {
    try {
      await add(child, family);
      byId('add-child').open = false;
      found.replaceChildren();
      form.reset();
    } catch (error) { say(error); }
  }
}
