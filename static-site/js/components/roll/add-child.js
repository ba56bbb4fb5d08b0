// A child that is there without being expected: found as one types, added by one tap on its name.

import { findFamilies, Problem, showFamily } from '../../lib/api.js';
import { byId, h, setText } from '../../lib/dom.js';
import { french, searched } from '../../lib/text.js';
import { NO_REPLY } from '../field/field.js';

const PAUSE = 200;
const MOST = 8;

/** `add(child, family)` notes the child as present without a booking; it resolves with what leads to its tile. */
export function openAddChild(organisation, add) {
  const dialog = byId('add-child');
  const field = byId('child-name');
  const found = byId('found-children');
  const say = (error) => setText(byId('add-said'), error ? french(error instanceof Problem ? error.message : NO_REPLY) : '');
  let latest = 0;
  let timer = null;

  byId('open-add').addEventListener('click', () => {
    byId('find-child').reset();
    found.replaceChildren();
    say(null);
    dialog.showModal();
    field.focus();
  });
  byId('add-close').addEventListener('click', () => dialog.close());
  byId('find-child').addEventListener('submit', (event) => { event.preventDefault(); find(); });
  field.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(find, PAUSE); });

  async function find() {
    clearTimeout(timer);
    const asked = ++latest;
    const text = field.value.trim();
    if (text.length < 2) return found.replaceChildren();
    try {
      const { families, more } = await findFamilies(organisation, text);
      if (asked !== latest) return;
      say(null);
      const children = families.flatMap((family) => family.children.map((name) => ({ name, family })));
      // Who bears what was typed comes before its brothers and sisters.
      const bears = ({ name }) => searched(name).startsWith(searched(text));
      children.sort((one, other) => Number(bears(other)) - Number(bears(one)));
      found.replaceChildren(...children.slice(0, MOST).map(item));
      if (children.length === 0) found.append(h('li', { class: 'second' }, french(`Aucun enfant ne correspond à « ${text} ».`)));
      else if (more || children.length > MOST) found.append(h('li', { class: 'second' }, 'D’autres répondent : écrivez aussi le nom de famille.'));
    } catch (error) { if (asked === latest) say(error); }
  }

  function item({ name, family }) {
    return h('li', {}, h('button', { type: 'button', 'data-add': family.id, onclick: () => choose(name, family) }, h('b', {}, name), ` ${family.name}`, h('span', { class: 'second' }, 'Ajouter')));
  }

  async function choose(name, family) {
    try {
      const { children } = await showFamily({ organisation, family: family.id });
      // It was found by its given name and its class, in one text: of two that fit, the longer name is meant.
      const [child] = children.filter((one) => name === one.first_name || name.startsWith(`${one.first_name} `)).sort((one, other) => other.first_name.length - one.first_name.length);
      if (!child) return find();
      const show = await add(child, family);
      dialog.close();
      show();
    } catch (error) { say(error); }
  }
}
