// The organisation an agent works for: that of the address, else the first; anybody else is led to the planning.

import { h } from '../../lib/dom.js';
import { keepOrganisationName } from '../../lib/memory.js';

/** The role of the page, or null after leading away. */
export function officeOf({ roles }) {
  if (roles.length === 0) {
    location.replace('/planning.html');
    return null;
  }
  const asked = new URLSearchParams(location.search).get('organisation');
  const office = roles.find((role) => role.organisation === asked) ?? roles[0];
  keepOrganisationName(office.organisation_name);
  return office;
}

/** A sentence with a button that tries again. */
export function trouble(sentence, again) {
  return [h('p', { class: 'refusal' }, sentence), h('button', { type: 'button', class: 'button', onclick: again }, 'Reprendre')];
}
