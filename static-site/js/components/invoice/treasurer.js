// What a treasurer asks of all families: who has not paid, and the journal of a month as a sheet.
// Accessibility: the list is read only when it is asked for; its count is announced.

import { debtsFile, journalFile, listDebts, Problem } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { longDate } from '../../lib/dates.js';
import { byId, h, setText } from '../../lib/dom.js';
import { counted, french } from '../../lib/text.js';
import { NO_REPLY } from '../field/field.js';

const MONTHS = 13;

/** Opens both; `last` is the month before this one, "2015-04". */
export function openTreasurer(organisation, last) {
  byId('debts').hidden = false;
  byId('debts-file').href = debtsFile(organisation);
  byId('show-debts').onclick = () => show(organisation);
  byId('journal').hidden = false;
  const select = byId('journal-month');
  if (select.options.length === 0) select.append(...months(last).map((month) => h('option', { value: month }, said(month))));
  select.value = last;
  const follow = () => { byId('journal-file').href = journalFile(organisation, select.value); };
  select.onchange = follow;
  follow();
}

/** This month, then those before, the newest first. */
function months(last) {
  const [year, month] = last.split('-').map(Number);
  return Array.from({ length: MONTHS }, (_, back) => new Date(Date.UTC(year, month - back, 1)).toISOString().slice(0, 7));
}

const said = (month) => new Date(`${month}-01T00:00:00Z`).toLocaleDateString('fr-FR', { month: 'long', year: 'numeric', timeZone: 'UTC' });

async function show(organisation) {
  const button = byId('show-debts');
  button.disabled = true;
  try {
    const { families, total } = await listDebts(organisation);
    const sentence = families.length ? french(`${counted(families.length, 'famille', 'familles')}, ${total} en tout.`) : 'Personne n’a de facture en retard.';
    setText(byId('debts-said'), sentence);
    byId('debt-list').replaceChildren(...families.map((debt) => row(organisation, debt)));
  } catch (error) {
    const sentence = french(error instanceof Problem ? error.message : NO_REPLY);
    setText(byId('debts-said'), sentence);
    announce(sentence);
  } finally { button.disabled = false; }
}

function row(organisation, { family, name, amount, due, days_late: late, invoices, reminded }) {
  const query = new URLSearchParams({ organisation, famille: family });
  const told = reminded.length ? `rappel ${reminded.length > 1 ? 'les' : 'le'} ${reminded.map(longDate).join(', ')}` : 'pas encore de rappel';
  return h('li', { 'data-debt': family },
    h('a', { href: `/factures.html?${query}` }, `Famille ${name}`), h('b', {}, amount),
    h('span', { class: 'second' }, french(`${counted(late, 'jour', 'jours')} de retard, depuis le ${longDate(due)} ; ${counted(invoices.length, 'facture', 'factures')} ; ${told}`)));
}
