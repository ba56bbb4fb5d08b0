// The frame around every page but the door's: names in the margin, the menu of agents, signing out.

import { proveBy, renewInUse, signOut } from '../../lib/api.js';
import { holdDoubleClicks } from '../../lib/calm.js';
import { h, setText } from '../../lib/dom.js';
import { chosenFamily, chosenOrganisation, homeOf, isAgentOnly, whoIsIt } from '../../lib/identity.js';
import { forgetDrafts, forgetIdentity, keptIdentity } from '../../lib/memory.js';
import { askForProof } from '../proof/proof.js';
import { openDesk } from './desk.js';
import { showKeptWaiting, showWaiting } from './waiting.js';
import { familySwitch } from './family-switch.js';

/**
 * Paints what is kept at once, then what is true; resolves with the identity.
 * `ask`: the page makes no other call, so the server is asked whether the session is still open.
 */
export async function openFrame({ ask = false } = {}) {
  const kept = keptIdentity();
  signOutFoot();
  if (kept) paint(kept.identity);
  holdDoubleClicks();
  proveBy(askForProof);
  for (const sign of ['pointerdown', 'keydown', 'visibilitychange']) {
    document.addEventListener(sign, () => { if (!document.hidden) renewInUse(); }, { passive: true });
  }
  // "Back" after signing out must not show the family again from the browser's own copy.
  addEventListener('pageshow', (event) => { if (event.persisted && !keptIdentity()) location.reload(); });
  const identity = await whoIsIt(ask);
  paint(identity);
  showWaiting(identity);
  return identity;
}

/** A page that anybody may read: whoever this browser knows keeps the menu. Nobody is asked who they are. */
export function openPublicFrame() {
  const kept = keptIdentity();
  if (!kept) return;
  for (const part of document.querySelectorAll('.margin > [hidden]')) part.hidden = false;
  signOutFoot();
  paint(kept.identity);
  showKeptWaiting();
}

/** On a phone the margin has no room for it: every page ends with the account and the way out. */
function signOutFoot() {
  const main = document.querySelector('main');
  const foot = h('p', { class: 'sign-out-foot narrow-only' }, h('button', { type: 'button', class: 'link', 'data-sign-out': true }, 'Me déconnecter'));
  main.append(foot);
  for (const button of document.querySelectorAll('[data-sign-out]')) button.addEventListener('click', leave);
}

function paint(identity) {
  const organisation = chosenOrganisation(identity);
  const place = [...identity.families, ...identity.roles].find((one) => one.organisation === organisation);
  setText(document.querySelector('[data-organisation]'), place?.organisation_name ?? '');
  nameWhoIsIt(`${identity.account.first_name} ${identity.account.last_name}`);
  familySwitch(document.querySelector('.margin'), identity.families, chosenFamily(identity));
  document.querySelector('.mark').href = homeOf(identity);
  if (identity.roles.length === 0) return;
  adaptMenu(isAgentOnly(identity));
  openDesk(identity, organisation);
}

/** An agent reads whose page it is: "Factures de la famille DEVRET", on the page and on its tab. */
export function nameFamily(words, name) {
  document.body.dataset.whose = name;
  setText(document.querySelector('h1'), `${words} de la famille ${name}`);
  document.title = `${words}, famille ${name} – Préau`;
}

/** The name leads to the account, in the margin and, on a phone, at the foot of every page. */
function nameWhoIsIt(name) {
  const link = () => h('a', { href: '/compte.html', 'aria-current': location.pathname === '/compte.html' && 'page' }, name, h('span', { class: 'only-heard' }, ' : mon compte'));
  document.querySelector('[data-person]').replaceChildren(link());
  const foot = document.querySelector('.sign-out-foot');
  foot?.querySelector('a')?.remove();
  foot?.prepend(link());
}

/** Agents find their own words; those who are parents as well keep the five of families on families' pages, and one more. */
function adaptMenu(agentOnly) {
  const list = document.querySelector('.margin nav ul');
  const agents = document.querySelector('#agents-menu')?.content.cloneNode(true);
  if (agents && agentOnly) list.replaceChildren(agents);
  else if (agents && !list.querySelector('a[href^="/familles.html"]')) list.append(ownEntry(agents.querySelector('a[href="/familles.html"]').parentElement));
}

/** On a parent's page nothing of the agents' is where one is. */
function ownEntry(entry) {
  entry.firstElementChild.removeAttribute('aria-current');
  return entry;
}

async function leave() {
  try { await signOut(); } catch { /* the cookie is short-lived, and this browser forgets anyway */ }
  forgetIdentity();
  forgetDrafts();
  location.assign('/');
}
