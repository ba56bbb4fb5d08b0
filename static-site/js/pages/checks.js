// À vérifier: the families of which something waits for an agent, the oldest first.

import { listChecks, Problem } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { byId, h, setText } from '../lib/dom.js';
import { counted, french } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { NO_REPLY } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

let office;

start();

async function start() {
  office = officeOf(await openFrame());
  if (office) await read();
}

async function read() {
  try {
    const { families } = await listChecks(office.organisation);
    byId('page-error').replaceChildren();
    byId('found').replaceChildren(...families.map(item));
    const sentence = families.length ? `${counted(families.length, 'famille attend', 'familles attendent')} une réponse.` : 'Rien n’attend de réponse.';
    setText(byId('summary'), sentence);
    announce(sentence);
  } catch (error) {
    byId('page-error').replaceChildren(...trouble(french(error instanceof Problem ? error.message : NO_REPLY), read));
  }
}

function item({ id, name, fields, since }) {
  const query = new URLSearchParams({ organisation: office.organisation, famille: id });
  return h('li', { 'data-check': id },
    h('div', {}, h('h2', {}, `Famille ${name}`), h('p', { class: 'second' }, french(`${counted(fields, 'champ', 'champs')}, depuis le ${since}`))),
    h('p', {}, h('a', { class: 'button', href: `/dossier.html?${query}` }, 'Voir et répondre', h('span', { class: 'only-heard' }, ` à la famille ${name}`))));
}
