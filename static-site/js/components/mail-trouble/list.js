// Addresses that mails do not reach, for agents: whom to call. Accessibility: a list under its own heading, hidden when empty.

import { listMailTroubles } from '../../lib/api.js';
import { longDate } from '../../lib/dates.js';
import { byId, h } from '../../lib/dom.js';
import { french } from '../../lib/text.js';

const WORDS = {
  bounce: 'l’adresse n’existe pas ou ne reçoit plus',
  complaint: 'son lecteur a signalé un mail comme indésirable : il ne reçoit plus que l’indispensable',
};

/** Fills the page's #troubles; of one family, or of all. What cannot be read is left out: the page is about something else. */
export async function showTroubles(organisation, family) {
  const all = await listMailTroubles(organisation).catch(() => []);
  const some = family ? all.filter((one) => one.family === family) : all;
  byId('troubles').hidden = some.length === 0;
  byId('trouble-list').replaceChildren(...some.map((one) => {
    const query = new URLSearchParams({ organisation, famille: one.family });
    return h('li', { 'data-trouble': one.mel },
      family ? '' : h('a', { href: `/dossier.html?${query}` }, `Famille ${one.name}`), h('b', {}, one.mel),
      h('span', { class: 'second' }, french(`${WORDS[one.trouble]}, depuis le ${longDate(one.since)}`)));
  }));
}
