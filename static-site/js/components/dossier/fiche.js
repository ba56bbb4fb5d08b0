// A fiche, as the guide draws it: the address on the left, the phones on the right, the choices below.

import { h } from '../../lib/dom.js';
import { french, listed } from '../../lib/text.js';
import { box, line, radio, wrapped } from './inputs.js';

const ROLES = ['MÈRE', 'PÈRE', 'NOUNOU', 'GRAND-MÈRE', 'GRAND-PÈRE', 'BELLE-MÈRE', 'BEAU-PÈRE', 'SŒUR', 'FRÈRE', 'TANTE', 'ONCLE', 'VOISINE', 'VOISIN', 'TUTRICE', 'TUTEUR', 'AUTRE'];
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

/** What a browser may fill in by itself: on one's own fiche only, the others are about somebody else. */
const AUTOCOMPLETE = {
  last_name: 'family-name', first_name: 'given-name', address_1: 'address-line1', address_2: 'address-line2', address_3: 'address-line3', postal_code: 'postal-code', town: 'address-level2',
  phone: 'home tel', mobile: 'mobile tel', work_phone: 'work tel', work_mobile: 'work tel', mel: 'email',
};

function coordinates(page, id, isNew) {
  const own = page.dossier.own === id && !page.dossier.agent;
  const field = (name, label, more) => line(page, `fiche.${id}.${name}`, label, { ...(own && AUTOCOMPLETE[name] && { autocomplete: AUTOCOMPLETE[name] }), ...more });
  const roles = [['', 'Choisissez'], ...ROLES.map((role) => [role, role])];
  return h('div', { class: 'columns' },
    h('div', {},
      h('h3', {}, 'Adresse'),
      isNew && field('role', 'Lien avec l’enfant', { kind: roles, required: true }),
      field('last_name', 'Nom', { maxlength: 60, required: true }),
      field('first_name', 'Prénom', { maxlength: 60, required: true }),
      field('address_1', 'Adresse ligne 1', { maxlength: 80 }),
      field('address_2', 'Adresse ligne 2', { maxlength: 80 }),
      field('address_3', 'Adresse ligne 3', { maxlength: 80 }),
      h('div', { class: 'town' }, field('postal_code', 'Code postal', { maxlength: 12, inputmode: 'numeric' }), field('town', 'Ville', { maxlength: 60 }))),
    h('div', {},
      h('h3', {}, 'Téléphones et mél'),
      field('phone', 'Tél.', { kind: 'tel', maxlength: 30 }),
      field('mobile', 'Tél. (mob)', { kind: 'tel', maxlength: 30 }),
      field('work_phone', 'Tél. travail', { kind: 'tel', maxlength: 30 }),
      field('work_mobile', 'Tél. travail (mob)', { kind: 'tel', maxlength: 30 }),
      field('mel', 'Mél', { kind: 'email', maxlength: 254 }),
      field('note', 'Note pratique')));
}

function choices(page, id, known) {
  const { children, own, agent } = page.dossier;
  const place = (child) => `collects.${id}.${child.id}`;
  const collects = (value) => children.map((child) => wrapped(page, place(child), 'field one', box(page, place(child), value, child.first_name)));
  const refused = children.some((child) => page.sheet.now(place(child)) === 'not_allowed');
  const between = known?.status === 'member' && !agent;
  return h('div', { class: 'picks' },
    wrapped(page, 'billing', 'field one', radio(page, 'billing', id, 'Utiliser cette adresse pour la facturation')),
    wrapped(page, `fiche.${id}.emergency`, 'field one', box(page, `fiche.${id}.emergency`, 'yes', 'Utiliser ces coordonnées en cas d’urgence')),
    (own === id || agent) && wrapped(page, `fiche.${id}.hidden`, 'field one', box(page, `fiche.${id}.hidden`, 'yes', 'Masquer ces coordonnées à l’autre adulte')),
    children.length > 0 && h('fieldset', { class: 'collects' }, h('legend', {}, 'Est autorisé à récupérer l’enfant'), ...collects('allowed')),
    children.length > 0 && (!between || refused) && h('details', { class: 'forbids', open: refused },
      h('summary', {}, 'N’est pas autorisé à récupérer l’enfant'),
      h('fieldset', { class: 'collects' }, h('legend', { class: 'only-heard' }, 'N’est pas autorisé à récupérer l’enfant'), ...collects('not_allowed'))));
}
