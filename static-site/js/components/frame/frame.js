// The frame around every signed-in page: names in the margin, the menu of agents, signing out.

import { renewInUse, signOut } from '../../lib/api.js';
import { h, setText } from '../../lib/dom.js';
import { chosenFamily, chosenOrganisation, homeOf, isAgentOnly, whoIsIt } from '../../lib/identity.js';
import { forgetDrafts, forgetIdentity, keptIdentity } from '../../lib/memory.js';
import { familySwitch } from './family-switch.js';
import { legalLinks } from './legal-links.js';

/**
 * Paints what is kept at once, then what is true; resolves with the identity.
 * `ask`: the page makes no other call, so the server is asked whether the session is still open.
 */
export async function openFrame({ ask = false } = {}) {
  const kept = keptIdentity();
  if (kept) paint(kept.identity);
  document.querySelector('main').append(legalLinks());
  for (const button of document.querySelectorAll('[data-sign-out]')) button.addEventListener('click', leave);
  for (const sign of ['pointerdown', 'keydown', 'visibilitychange']) {
    document.addEventListener(sign, () => { if (!document.hidden) renewInUse(); }, { passive: true });
  }
  // "Back" after signing out must not show the family again from the browser's own copy.
  addEventListener('pageshow', (event) => { if (event.persisted && !keptIdentity()) location.reload(); });
  const identity = await whoIsIt(ask);
  paint(identity);
  return identity;
}

function paint(identity) {
  const organisation = chosenOrganisation(identity);
  const place = [...identity.families, ...identity.roles].find((one) => one.organisation === organisation);
  setText(document.querySelector('[data-organisation]'), place?.organisation_name ?? '');
  nameWhoIsIt(`${identity.account.first_name} ${identity.account.last_name}`);
  familySwitch(document.querySelector('.margin'), identity.families, chosenFamily(identity));
  document.querySelector('.mark').href = homeOf(identity);
  if (identity.roles.length > 0) adaptMenu(isAgentOnly(identity));
}

/** The name leads to the account, in the margin and, on a phone, at the foot of every page. */
function nameWhoIsIt(name) {
  const link = () => h('a', { href: '/compte.html', 'aria-current': location.pathname === '/compte.html' && 'page' }, name, h('span', { class: 'only-heard' }, ' : mon compte'));
  document.querySelector('[data-person]').replaceChildren(link());
  const foot = document.querySelector('.sign-out-foot');
  foot?.querySelector('a')?.remove();
  foot?.prepend(link());
}

/** Agents find families; those who are parents as well keep their own five words. */
function adaptMenu(agentOnly) {
  const list = document.querySelector('.margin nav ul');
  if (list.querySelector('a[href^="/agent.html"]')) return;
  const item = ([href, word]) => h('li', {}, h('a', { href }, word));
  const families = item(['/agent.html', 'Familles']);
  if (agentOnly) {
    const information = list.querySelector('a[href="/informations.html"]').parentElement;
    if (list.querySelector('[aria-current]') && !information.firstElementChild.hasAttribute('aria-current')) families.firstElementChild.setAttribute('aria-current', 'true');
    list.replaceChildren(families, ...[['/presences.html', 'Présences'], ['/fermetures.html', 'Fermetures'], ['/documents-recus.html', 'Documents'], ['/facturation.html', 'Facturation']].map(item), information);
  } else {
    list.append(families);
  }
}

async function leave() {
  try { await signOut(); } catch { /* the cookie is short-lived, and this browser forgets anyway */ }
  forgetIdentity();
  forgetDrafts();
  location.assign('/');
}
