// Informations: how to reach the town hall, and what it has written for its families.

import { Problem, showInformation } from '../lib/api.js';
import { byId, h } from '../lib/dom.js';
import { chosenOrganisation } from '../lib/identity.js';
import { french } from '../lib/text.js';
import { openFrame } from '../components/frame/frame.js';

start();

async function start() {
  const organisation = chosenOrganisation(await openFrame());
  const content = byId('information');
  if (!organisation) return content.replaceChildren(h('p', {}, 'Votre compte n’est rattaché à aucune mairie ni association.'));
  try {
    content.replaceChildren(...sections(await showInformation(organisation)));
  } catch (error) {
    const sentence = error instanceof Problem ? error.message : 'Les informations n’ont pas pu être lues : pas de réponse de la mairie. Rechargez la page dans un moment.';
    content.replaceChildren(h('p', { class: 'refusal', role: 'alert' }, french(sentence)));
  }
}

const sections = ({ name, contact, texts }) => [
  h('section', { class: 'block' }, h('h2', {}, name),
    row('Téléphone', h('a', { class: 'tel', href: `tel:${contact.phone.replace(/\s/g, '')}` }, french(contact.phone))),
    row('Mél', h('a', { href: `mailto:${contact.mel}` }, contact.mel)),
    row('Adresse', lines(contact.address)),
    row('Horaires', lines(contact.opening_hours))),
  ...texts.map(({ title, paragraphs }) => h('section', { class: 'block' }, h('h2', {}, french(title)),
    paragraphs.map((text) => h('p', { class: 'serif' }, french(text))))),
];

const row = (title, content) => h('div', { class: 'sheet-row' }, h('h3', {}, title), h('div', {}, content));
const lines = (texts) => texts.map((text) => h('p', {}, french(text)));
