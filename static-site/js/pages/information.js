// Informations: rules to accept, news, menus, how to reach the town hall, and what it has written for its families.
//
// Hooks for the browser's tests: #information, [data-rules], [data-rules] button, [data-news].

import { acceptRules, Problem, showInformation, showMenus } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { longDate } from '../lib/dates.js';
import { byId, h } from '../lib/dom.js';
import { chosenFamily, chosenOrganisation, mayIn } from '../lib/identity.js';
import { french } from '../lib/text.js';
import { NO_REPLY } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';
import { rulesToAccept, waits } from '../components/frame/waiting.js';
import { prose } from '../components/prose/prose.js';

let organisation;
let family; // of the parent who reads; null for an agent
let information;

start();

async function start() {
  const identity = await openFrame();
  organisation = chosenOrganisation(identity);
  family = identity.families.find((one) => one === chosenFamily(identity) && one.organisation === organisation) ?? null;
  const content = byId('information');
  if (!organisation) return content.replaceChildren(h('p', {}, 'Votre compte n’est rattaché à aucune mairie ni association.'));
  const writes = mayIn(identity, organisation, 'publish');
  try {
    information = await showInformation(organisation);
    content.replaceChildren(...sections(information, writes));
    told();
    showToday();
  } catch (error) {
    const sentence = error instanceof Problem ? error.message : 'Les informations n’ont pas pu être lues : pas de réponse de la mairie. Rechargez la page dans un moment.';
    content.replaceChildren(h('p', { class: 'refusal', role: 'alert' }, french(sentence)));
  }
}

/** How many rules wait, said beside the word of the menu. */
function told() { if (family) waits(family, { rules: rulesToAccept(information) }); }

const sections = ({ name, contact, news, rules, texts, adult }, writes) => {
  const asked = adult ? rules.filter((one) => !one.accepted) : [];
  const rest = rules.filter((one) => !asked.includes(one));
  return [
    writes && h('p', { class: 'lead' }, h('a', { href: `/publier.html${here()}` }, 'Publier')),
    h('div', { class: 'first-words' },
      reach(name, contact),
      ...asked.map(toAccept),
      h('section', { class: 'news' }, h('h2', {}, 'Nouvelles'),
        news.length === 0 ? h('p', { class: 'serif' }, 'Aucune nouvelle en ce moment.') : news.map(piece),
        h('div', { id: 'today-menu', class: 'today-menu' }, h('a', { href: `/menus.html${here()}` }, 'Les menus de la semaine')))),
    h('div', { class: 'texts' }, texts.map(({ title, blocks }) => h('section', { class: 'block' }, h('h2', {}, french(title)), prose(blocks)))),
    ...rest.map((one) => section(one)),
    h('nav', { class: 'onward', 'aria-label': 'Autres pages' },
      h('a', { href: `/menus.html${here()}` }, 'Les menus'),
      family && h('a', { href: `/preferences.html?${new URLSearchParams({ organisation, famille: family.family })}` }, 'Mes méls et mon agenda'),
      h('a', { href: '/aide.html' }, 'Aide et légende')),
  ].filter(Boolean);
};

/** How to reach the town hall: the number first, then when somebody answers. */
function reach(name, { phone, mel, address, opening_hours: hours }) {
  const map = `https://www.openstreetmap.org/search?${new URLSearchParams({ query: address.slice(-2).join(', ') })}`;
  return h('section', { class: 'reach', 'aria-label': `Joindre : ${name}` },
    h('div', { class: 'reach-head' },
      h('h2', {}, name),
      h('a', { class: 'button main tel', href: `tel:${phone.replace(/\s/g, '')}` }, french(phone)),
      h('div', { class: 'reach-more' },
        h('a', { class: 'button', href: `mailto:${mel}` }, 'Écrire'),
        family && h('a', { class: 'button', href: '/planning.html' }, 'Signaler une absence'))),
    h('div', { class: 'reach-foot' },
      h('h3', { class: 'only-heard' }, 'Horaires'),
      h('ul', { class: 'hours' }, hours.map(opening)),
      h('p', {}, french(address.join(', ')), ' ', h('a', { href: map, rel: 'noreferrer' }, 'Plan')),
      h('p', {}, h('a', { href: `mailto:${mel}` }, mel))));
}

/** "Lundi, mardi : 8 h 30 – 12 h", as the town hall wrote it: its days beside its hours. */
function opening(line) {
  const [days, ...rest] = line.split(/ ?: /);
  if (rest.length === 0) return h('li', {}, french(line));
  return h('li', {}, h('span', {}, days), h('span', {}, french(rest.join(' : '))));
}

/** What the canteens cook today, beside the news; the page reads without it. */
async function showToday() {
  try {
    const { canteens } = await showMenus(organisation, null);
    const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' });
    const cooked = canteens.map((canteen) => canteen.days.find((one) => one.day === today)).filter(Boolean);
    if (cooked.length) byId('today-menu').prepend(h('div', {}, h('h3', {}, 'Aujourd’hui à la cantine'), h('p', { class: 'serif' }, french(`${cooked[0].dishes.join(', ')}.`))));
  } catch { /* the link to the menus is there */ }
}

const here = () => `?${new URLSearchParams({ organisation })}`;

const piece = ({ title, day, blocks }) => h('article', { class: 'dated-news', 'data-news': true },
  h('time', { datetime: day }, longDate(day)), h('h3', { class: 'inner' }, french(title)), prose(blocks, 'h4'));

const since = ({ version, day }) => h('p', { class: 'second' }, `Version ${version}, valable depuis le ${longDate(day)}.`);

/** Rules this adult has not accepted: the text is a press away, and the one button. */
function toAccept(rules) {
  const trouble = h('p', { class: 'refusal', role: 'alert' });
  const button = h('button', { type: 'button', class: 'button main' }, 'J’ai lu et j’accepte', h('span', { class: 'only-heard' }, `${'\u00a0'}: ${rules.title}, version ${rules.version}`));
  const box = h('section', { class: 'block rules', 'data-rules': rules.id },
    h('div', { class: 'asked' },
      h('div', {}, h('p', { class: 'eyebrow' }, 'Attend votre accord'), h('h2', {}, french(rules.title)), since(rules)),
      h('p', { class: 'actions' }, button)),
    trouble,
    h('details', {}, h('summary', {}, 'Lire le règlement'), prose(rules.blocks)));
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    try {
      await acceptRules(organisation, rules.id, rules.version);
      const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' });
      const accepted = section({ ...rules, accepted: today }, true);
      box.replaceWith(accepted);
      information.rules.find((one) => one.id === rules.id).accepted = today;
      told();
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
