// Informations: rules to accept, news, menus, how to reach the town hall, and what it has written for its families.
//
// Hooks for the browser's tests: #information, [data-rules], [data-rules] button, [data-news].

import { acceptRules, Problem, showInformation } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { longDate } from '../lib/dates.js';
import { byId, h } from '../lib/dom.js';
import { chosenOrganisation, mayIn } from '../lib/identity.js';
import { french } from '../lib/text.js';
import { NO_REPLY } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';
import { prose } from '../components/prose/prose.js';

let organisation;

start();

async function start() {
  const identity = await openFrame();
  organisation = chosenOrganisation(identity);
  const content = byId('information');
  if (!organisation) return content.replaceChildren(h('p', {}, 'Votre compte n’est rattaché à aucune mairie ni association.'));
  const writes = mayIn(identity, organisation, 'publish');
  try {
    content.replaceChildren(...sections(await showInformation(organisation), writes));
  } catch (error) {
    const sentence = error instanceof Problem ? error.message : 'Les informations n’ont pas pu être lues : pas de réponse de la mairie. Rechargez la page dans un moment.';
    content.replaceChildren(h('p', { class: 'refusal', role: 'alert' }, french(sentence)));
  }
}

const sections = ({ name, contact, news, rules, texts, adult }, writes) => {
  const asked = adult ? rules.filter((one) => !one.accepted) : [];
  const rest = rules.filter((one) => !asked.includes(one));
  return [
    h('p', { class: 'lead' }, h('a', { href: `/menus.html${here()}` }, 'Les menus de la semaine'), writes && [' · ', h('a', { href: `/publier.html${here()}` }, 'Publier')]),
    ...asked.map(toAccept),
    news.length > 0 && h('section', { class: 'block' }, h('h2', {}, 'Actualités'), news.map(piece)),
    h('section', { class: 'block' }, h('h2', {}, name),
      row('Téléphone', h('a', { class: 'tel', href: `tel:${contact.phone.replace(/\s/g, '')}` }, french(contact.phone))),
      row('Mél', h('a', { href: `mailto:${contact.mel}` }, contact.mel)),
      row('Adresse', lines(contact.address)),
      row('Horaires', lines(contact.opening_hours))),
    ...texts.map(({ title, blocks }) => h('section', { class: 'block' }, h('h2', {}, french(title)), prose(blocks))),
    ...rest.map((one) => section(one)),
  ].filter(Boolean);
};

const here = () => `?${new URLSearchParams({ organisation })}`;

const piece = ({ title, day, blocks }) => h('article', { class: 'dated-news', 'data-news': true },
  h('time', { datetime: day }, longDate(day)), h('h3', { class: 'inner' }, french(title)), prose(blocks, 'h4'));

const since = ({ version, day }) => h('p', { class: 'second' }, `Version ${version}, valable depuis le ${longDate(day)}.`);

/** Rules this adult has not accepted: the whole text, then the one button. */
function toAccept(rules) {
  const trouble = h('p', { class: 'refusal', role: 'alert' });
  const button = h('button', { type: 'button', class: 'button main' }, 'J’ai lu et j’accepte', h('span', { class: 'only-heard' }, `${'\u00a0'}: ${rules.title}, version ${rules.version}`));
  const box = h('section', { class: 'block rules', 'data-rules': rules.id },
    h('h2', {}, french(rules.title)), since(rules),
    h('div', { class: 'asked rules' }, prose(rules.blocks), trouble, h('p', { class: 'actions' }, button)));
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    try {
      await acceptRules(organisation, rules.id, rules.version);
      const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' });
      const accepted = section({ ...rules, accepted: today }, true);
      box.replaceWith(accepted);
      accepted.querySelector('.accepted').focus();
      announce(`${rules.title} : accepté.`);
    } catch (error) {
      trouble.textContent = french(error instanceof Problem ? error.message : NO_REPLY);
      button.removeAttribute('aria-disabled');
    }
  });
  return box;
}

/** Rules that were accepted, or that an agent reads: the text is a press away. `now`: the day of the click is not said, the server keeps it. */
const section = (rules, now = false) => h('section', { class: 'block rules', 'data-rules': rules.id },
  h('h2', {}, french(rules.title)), since(rules),
  rules.accepted && h('p', { class: 'accepted', tabindex: '-1' }, now ? 'Accepté.' : `Accepté le ${longDate(rules.accepted)}.`),
  h('details', {}, h('summary', {}, 'Lire le règlement'), prose(rules.blocks)));

const row = (title, content) => h('div', { class: 'sheet-row' }, h('h3', {}, title), h('div', {}, content));
const lines = (texts) => texts.map((text) => h('p', {}, french(text)));
