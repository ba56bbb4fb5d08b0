// Menus: what is eaten in a week, canteen by canteen; prints on one sheet.
//
// Hooks for the browser's tests: #menus [data-menu], #week-title, #previous, #next.

import { Problem, showMenus } from '../lib/api.js';
import { fullDate, isDay } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { chosenOrganisation } from '../lib/identity.js';
import { french } from '../lib/text.js';
import { openFrame } from '../components/frame/frame.js';
import { menuOf } from '../components/prose/menu.js';

start();

async function start() {
  const organisation = chosenOrganisation(await openFrame());
  const content = byId('menus');
  if (!organisation) return content.replaceChildren(h('p', {}, 'Votre compte n’est rattaché à aucune mairie ni association.'));
  const asked = new URLSearchParams(location.search).get('jour');
  try {
    show(await showMenus(organisation, isDay(asked) ? asked : null), organisation);
  } catch (error) {
    const sentence = error instanceof Problem ? error.message : 'Les menus n’ont pas pu être lus : pas de réponse de la mairie. Rechargez la page dans un moment.';
    content.replaceChildren(h('p', { class: 'refusal', role: 'alert' }, french(sentence)));
  }
}

function show({ title, previous, next, canteens }, organisation) {
  setText(byId('week-title'), title);
  byId('previous').href = `/menus.html?${new URLSearchParams({ organisation, jour: previous })}`;
  byId('next').href = `/menus.html?${new URLSearchParams({ organisation, jour: next })}`;
  const written = canteens.filter(({ days }) => days.length > 0);
  byId('menus').replaceChildren(...(written.length ? written.map(menuOf) : [h('p', { class: 'serif' }, 'Aucun menu n’est publié pour cette semaine.')]));
}

addEventListener('beforeprint', () => {
  setText(byId('print-date'), `Imprimé le ${fullDate(new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' }))}.`);
});
