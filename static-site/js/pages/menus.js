// Menus: what is eaten in a week, canteen by canteen, and which of one's children eat; prints on one sheet.
//
// Hooks for the browser's tests: #menus [data-menu], #week-title, #previous, #next.

import { Problem, showMenus, showWeek } from '../lib/api.js';
import { addDays, fullDate, isDay } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { chosenFamily, chosenOrganisation } from '../lib/identity.js';
import { french } from '../lib/text.js';
import { openFrame } from '../components/frame/frame.js';
import { menuOf } from '../components/prose/menu.js';
import { titleParts } from '../components/week-bar/title.js';

start();

async function start() {
  const identity = await openFrame();
  const organisation = chosenOrganisation(identity);
  const family = identity.families.find((one) => one === chosenFamily(identity) && one.organisation === organisation);
  byId('print').addEventListener('click', () => print());
  const content = byId('menus');
  if (!organisation) return content.replaceChildren(h('p', {}, 'Votre compte n’est rattaché à aucune mairie ni association.'));
  const asked = new URLSearchParams(location.search).get('jour');
  try {
    const menus = await showMenus(organisation, isDay(asked) ? asked : null);
    show(menus, organisation);
    if (family) showEaters(menus, organisation, family);
  } catch (error) {
    const sentence = error instanceof Problem ? error.message : 'Les menus n’ont pas pu être lus : pas de réponse de la mairie. Rechargez la page dans un moment.';
    content.replaceChildren(h('p', { class: 'refusal', role: 'alert' }, french(sentence)));
  }
}

function show({ previous, next, canteens, monday }, organisation, family = {}) {
  byId('week-title').replaceChildren(...titleParts({ monday, sunday: addDays(monday, 6) }));
  byId('previous').href = `/menus.html?${new URLSearchParams({ organisation, jour: previous })}`;
  byId('next').href = `/menus.html?${new URLSearchParams({ organisation, jour: next })}`;
  const written = canteens.filter(({ days }) => days.length > 0);
  byId('menus').replaceChildren(...(written.length ? written.map((canteen) => menuOf(canteen, { monday, ...family })) : [h('p', { class: 'serif' }, 'Aucun menu n’est publié pour cette semaine.')]));
}

/** Who of one's own eats which day: the menus are read without it. */
async function showEaters(menus, organisation, family) {
  try {
    const { children, today, monday } = await showWeek(family, menus.monday);
    const eats = (activity, day) => children.flatMap((child) => {
      const cells = child.activities?.find((one) => one.id === activity)?.cells ?? [];
      return cells.filter((cell) => cell.day === day && cell.state !== 'closed').map(({ state }) => ({ first_name: child.first_name, state }));
    });
    const planning = (day) => `/planning.html?${new URLSearchParams({ organisation, famille: family.family, jour: day })}`;
    show(menus, organisation, { monday, today, eats, planning });
  } catch { /* the menus are there */ }
}

addEventListener('beforeprint', () => {
  setText(byId('print-date'), `Imprimé le ${fullDate(new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' }))}.`);
});
