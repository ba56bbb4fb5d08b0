// Mon dossier: the family as the town hall keeps it, to read; changes still go through the town hall.

import { Problem, showFamily, showInformation } from '../lib/api.js';
import { byId, h } from '../lib/dom.js';
import { chosenFamily } from '../lib/identity.js';
import { french, listed } from '../lib/text.js';
import { openFrame } from '../components/frame/frame.js';

const STATUS = {
  member: 'a son compte',
  invited: 'invitation envoyée, compte pas encore ouvert',
  none: 'n’a pas de compte',
};

start();

async function start() {
  const family = chosenFamily(await openFrame());
  const content = byId('dossier');
  if (!family) return content.replaceChildren(h('p', {}, 'Votre compte n’est rattaché à aucune famille.'));
  try {
    const [dossier, information] = await Promise.all([showFamily(family), showInformation(family.organisation)]);
    content.replaceChildren(...sections(dossier, information.contact));
  } catch (error) {
    const sentence = error instanceof Problem ? error.message : 'Le dossier n’a pas pu être lu : pas de réponse de la mairie. Rechargez la page dans un moment.';
    content.replaceChildren(h('p', { class: 'refusal', role: 'alert' }, french(sentence)));
  }
}

const sections = (dossier, contact) => [
  h('p', { class: 'lead serif' }, french('Pour changer une fiche, dites-le à la mairie : '),
    h('a', { class: 'tel', href: `tel:${contact.phone.replace(/\s/g, '')}` }, french(contact.phone)), '.'),
  section(`Famille ${dossier.name}`, h('p', { class: 'second' }, french(dossier.town)), dossier.adults.map(adult)),
  section('Enfants', dossier.children.map(child)),
];

const section = (title, ...content) => h('section', { class: 'block' }, h('h2', {}, title), ...content);

const adult = (one) => h('div', { class: 'sheet-row' },
  h('h3', {}, h('span', { class: 'role' }, one.role), `${one.last_name} ${one.first_name}`),
  h('p', { class: 'second' }, STATUS[one.status]));

const child = (one) => h('div', { class: 'sheet-row' },
  h('h3', {}, one.first_name, one.class && h('span', { class: 'role' }, one.class)),
  h('div', {},
    h('p', {}, one.activities.length ? listed(one.activities) : 'Aucune activité.'),
    one.custody && h('p', { class: 'second' }, french(one.custody))));
