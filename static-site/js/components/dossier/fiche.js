// A fiche, as the guide draws it: the address on the left, the phones on the right, the choices below.

import { h } from '../../lib/dom.js';
import { french, listed } from '../../lib/text.js';
import { box, line, radio, wrapped } from './inputs.js';

const STATUS = { member: 'Possède un compte sur le portail.', invited: 'Invitation envoyée, compte pas encore ouvert.', none: '' };

export const titleOf = (page, id) => {
  const text = (field) => page.sheet.now(`fiche.${id}.${field}`);
  return { role: text('role') || 'NOUVELLE FICHE', name: `${text('last_name').toUpperCase()} ${text('first_name')}`.trim() };
};

/** MÈRE > DEVRET Chantal */
export function titleWords(page, id) {
  const { role, name } = titleOf(page, id);
  return [h('span', { class: 'role-word' }, role), name ? ` > ${name}` : ''];
}

export function fichePanel(page, id) {
  const known = page.dossier.fiches.find((fiche) => fiche.id === id);
  const ending = page.sheet.ends.includes(id);
  const title = h('h2', { id: `title-${id}`, tabindex: -1 }, ...titleWords(page, id));
  const panel = (...content) => h('section', { class: `fiche${ending ? ' ending' : ''}`, 'data-fiche': id, 'aria-labelledby': `title-${id}` }, title, ...content);
  if (ending) {
    return panel(h('p', { class: 'said' }, 'Cette fiche sera retirée quand vous validerez.'),
      h('p', { class: 'actions' }, h('button', { type: 'button', class: 'button', 'data-undo': id, onclick: () => page.undoEnd(id) }, 'La garder')));
  }
  return panel(
    forbidden(page, id),
    gone(page, id),
    known?.status && STATUS[known.status] && h('p', { class: 'second' }, page.dossier.own === id && !page.dossier.agent ? 'C’est votre fiche.' : STATUS[known.status]),
    known?.kept_from_you ? h('p', { class: 'serif' }, 'Cette personne a masqué ses coordonnées. La mairie les connaît.') : coordinates(page, id, !known),
    choices(page, id, known),
    !page.readOnly && known?.status !== 'member' && h('p', { class: 'actions' }, h('button', { type: 'button', class: 'link end', 'data-end': id, onclick: () => page.end(id) }, known ? 'Retirer cette fiche' : 'Abandonner cette fiche')),
  );
}

/** Staff must see it before anything else. */
function forbidden(page, id) {
  const children = page.dossier.children.filter((child) => page.sheet.now(`collects.${id}.${child.id}`) === 'not_allowed');
  return children.length > 0 && h('p', { class: 'forbidden' }, french(`Non autorisé à récupérer ${listed(children.map((child) => child.first_name))}`));
}

function gone(page, id) {
  const gone = [...page.sheet.conflicts].some(([place, theirs]) => theirs === null && place.split('.')[1] === id);
  return gone && h('div', { class: 'meanwhile', role: 'group', 'aria-label': 'Fiche retirée', tabindex: -1 },
    h('p', {}, 'Entre-temps, quelqu’un a retiré cette fiche du dossier.'),
    h('button', { type: 'button', class: 'link', onclick: () => page.settleFiche(id, true) }, 'L’écrire à nouveau'),
    h('button', { type: 'button', class: 'link', onclick: () => page.settleFiche(id, false) }, 'La laisser retirée'));
}

/** Without these nobody is named. */
const MUST = ['role', 'last_name', 'first_name'];

/** What the server lists, in its two columns. A browser fills in one's own fiche only, the others are about somebody else. */
function coordinates(page, id, isNew) {
  const own = page.dossier.own === id && !page.dossier.agent;
  const field = ({ name, label, input, longest, autocomplete, words }) => line(page, `fiche.${id}.${name}`, label, {
    kind: words ? [['', 'Choisissez'], ...words.map((word) => [word, word])] : input,
    ...(longest && { maxlength: longest }), ...(own && autocomplete && { autocomplete }),
    ...(MUST.includes(name) && { required: true }), ...(name === 'postal_code' && { inputmode: 'numeric' }),
  });
  const part = (...parts) => page.dossier.fields.filter((one) => parts.includes(one.part));
  const beside = ({ name }) => name === 'postal_code' || name === 'town';
  const left = part(...(isNew ? ['link', 'address'] : ['address']));
  return h('div', { class: 'columns' },
    h('div', {},
      h('h3', {}, 'Adresse'),
      left.filter((one) => !beside(one)).map(field),
      h('div', { class: 'town' }, left.filter(beside).map(field))),
    h('div', {},
      h('h3', {}, 'Téléphones et mél'),
      part('reach').map(field)));
}

function choices(page, id, known) {
  const { children, own, agent } = page.dossier;
  const place = (child) => `collects.${id}.${child.id}`;
  const collects = (value) => children.map((child) => wrapped(page, place(child), 'field one', box(page, place(child), value, child.first_name)));
  const refused = children.some((child) => page.sheet.now(place(child)) === 'not_allowed');
  const boxes = page.dossier.fields.filter((one) => one.part === 'choices' && (one.name !== 'hidden' || own === id || agent));
  const between = known?.status === 'member' && !agent;
  return h('div', { class: 'picks' },
    wrapped(page, 'billing', 'field one', radio(page, 'billing', id, 'Utiliser cette adresse pour la facturation')),
    boxes.map(({ name, label }) => wrapped(page, `fiche.${id}.${name}`, 'field one', box(page, `fiche.${id}.${name}`, 'yes', label))),
    children.length > 0 && h('fieldset', { class: 'collects' }, h('legend', {}, 'Est autorisé à récupérer l’enfant'), ...collects('allowed')),
    children.length > 0 && (!between || refused) && h('details', { class: 'forbids', open: refused },
      h('summary', {}, 'N’est pas autorisé à récupérer l’enfant'),
      h('fieldset', { class: 'collects' }, h('legend', { class: 'only-heard' }, 'N’est pas autorisé à récupérer l’enfant'), ...collects('not_allowed'))));
}
