// Who is signed in, and which family or organisation the page is about.

import { showIdentity } from './api.js';
import { keepIdentity, keepLastFamily, keepLastOrganisation, keepOrganisationName, keptIdentity, lastFamily } from './memory.js';

const FRESH = 10 * 60_000;

/** The kept identity while it is fresh, else the server's; someone signed out is led to sign-in. */
export async function whoIsIt(ask = false) {
  const kept = keptIdentity();
  if (!ask && kept && Date.now() - kept.at < FRESH) return kept.identity;
  return learn(await showIdentity());
}

export function learn(identity) {
  keepIdentity(identity);
  const place = identity.families[0] ?? identity.roles[0];
  if (place) { keepOrganisationName(place.organisation_name); keepLastOrganisation(place.organisation); }
  return identity;
}

export const isAgentOnly = (identity) => identity.roles.length > 0 && identity.families.length === 0;
export const homeOf = (identity) => (isAgentOnly(identity) ? '/aujourdhui.html' : '/planning.html');

const same = (a, b) => a && b && a.organisation === b.organisation && a.family === b.family;

/** The family of the address, else the last one looked at, else the first; null when there is none. */
export function chosenFamily(identity) {
  const query = new URLSearchParams(location.search);
  const asked = { organisation: query.get('organisation'), family: query.get('famille') };
  const own = identity.families.find((place) => same(place, asked));
  if (own) { keepLastFamily(own.organisation, own.family); return own; }
  const agent = identity.roles.some((role) => role.organisation === asked.organisation);
  if (asked.family && agent) return asked;
  return identity.families.find((place) => same(place, lastFamily())) ?? identity.families[0] ?? null;
}

/** The organisation of the address where one has a family or a role there, else that of the family, else of the first role. */
export function chosenOrganisation(identity) {
  const asked = new URLSearchParams(location.search).get('organisation');
  const known = [...identity.families, ...identity.roles].find((place) => place.organisation === asked);
  return (known ?? chosenFamily(identity) ?? identity.roles[0])?.organisation ?? null;
}

/** What the clock says by which limits are decided; null as long as nobody is known. */
export function now() {
  const kept = keptIdentity();
  return kept?.identity.now ? Date.parse(kept.identity.now) + Date.now() - kept.at : null;
}

/** Whether one's role in an organisation allows this: the server says what it allows. */
export const mayIn = (identity, organisation, permission) => identity.roles.some((one) => one.organisation === organisation && one.may?.includes(permission));
