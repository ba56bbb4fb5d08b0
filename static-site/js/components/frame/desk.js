// What agents' pages have around their sheet: words of the menu by what the role allows, the search, the day, the keys.

import { dayAndHour } from '../../lib/dates.js';
import { byId, setText } from '../../lib/dom.js';
import { isAgentOnly, mayIn, now } from '../../lib/identity.js';
import { focusFinder, openFinder } from './finder.js';
import { openKeys } from './keys.js';

export const ROLES = { reader: 'Lecture', desk: 'Accueil', treasurer: 'Régie', administrator: 'Administration' };
const MINUTE = 60_000;
let opened = false;

/** May be called again when more is known of who it is. A page of families that a parent reads keeps its own frame. */
export function openDesk(identity, organisation) {
  if (isAgentOnly(identity)) aroundTheSheet();
  if (!byId('find')) return;
  const role = identity.roles.find((one) => one.organisation === organisation) ?? identity.roles[0];
  allow((permission) => mayIn(identity, role.organisation, permission), role.organisation);
  for (const place of document.querySelectorAll('[data-role]')) {
    place.hidden = false;
    setText(place, ROLES[role.role] ?? '');
  }
  openFinder(role.organisation);
  if (opened) return;
  opened = true;
  openKeys(focusFinder);
  tellDay();
  setInterval(tellDay, MINUTE / 2);
}

/** What a role may not do is absent, or leads elsewhere; every word stays with the organisation. */
function allow(may, organisation) {
  for (const entry of document.querySelectorAll('.margin nav li, .beside li')) {
    const { may: wanted, instead } = entry.dataset;
    const allowed = !wanted || wanted.split(' ').some(may);
    const link = entry.firstElementChild;
    entry.hidden = !allowed && !instead;
    link.setAttribute('href', `${allowed ? link.pathname : instead ?? link.pathname}?${new URLSearchParams({ organisation })}`);
    if (!allowed && link.getAttribute('aria-current') === 'page') leaveFor(organisation);
  }
  for (const list of document.querySelectorAll('.beside')) list.hidden = list.querySelectorAll('li:not([hidden])').length < 2;
}

/** A page that the role may not open leads to Aujourd'hui, which says so. */
function leaveFor(organisation) {
  location.replace(`/aujourdhui.html?${new URLSearchParams({ organisation, page: location.pathname })}`);
}

/** A page of families that an agent opens is given the agents' frame. */
function aroundTheSheet() {
  const top = byId('agents-top');
  if (!top || byId('find')) return;
  document.body.classList.add('desk');
  document.querySelector('.margin').after(top.content.cloneNode(true));
}

function tellDay() {
  if (now()) setText(byId('now'), dayAndHour(now()));
}
