// What a treasurer asks of all families: who has not paid, and the journal of a month as a sheet.
// Accessibility: the list is read only when it is asked for; its count is announced.

import { debtsFile, journalFile, listDebts, Problem, wholeSheet } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { longDate } from '../../lib/dates.js';
import { byId, h, setText } from '../../lib/dom.js';
import { saveSheet } from '../../lib/save.js';
import { counted, french } from '../../lib/text.js';
import { NO_REPLY } from '../field/field.js';

const MONTHS = 13;

/** Opens both; `last` is the month before this one, "2015-04". */
export function openTreasurer(organisation, last) {
  byId('debts').hidden = false;
  byId('debts-file').href = debtsFile(organisation);
  byId('debts-file').onclick = (event) => download(event, byId('debts-said'), (rows) => rows);
  byId('show-debts').onclick = () => show(organisation);
  byId('journal').hidden = false;
  const select = byId('journal-month');
  if (select.options.length === 0) select.append(...months(last).map((month) => h('option', { value: month }, said(month))));
  select.value = last;
  const follow = () => { byId('journal-file').href = journalFile(organisation, select.value); };
  byId('journal-file').onclick = (event) => download(event, byId('journal-said'), (rows) => rows.sort());
  select.onchange = follow;
  follow();
}

/** This month, then those before, the newest first. */
function months(last) {
  const [year, month] = last.split('-').map(Number);
  return Array.from({ length: MONTHS }, (_, back) => new Date(Date.UTC(year, month - back, 1)).toISOString().slice(0, 7));
}

const said = (month) => new Date(`${month}-01T00:00:00Z`).toLocaleDateString('fr-FR', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A sheet of a whole town is read part by part: its rows are put in one order, and saved. */
async function download(event, said, ordered) {
  event.preventDefault();
  const link = event.currentTarget;
  setText(said, 'Lecture en cours…');
  try {
    const [head, ...rows] = (await wholeSheet(link.getAttribute('href'))).replace('\ufeff', '').split('\r\n').filter(Boolean);
    saveSheet(`\ufeff${[head, ...ordered(rows)].join('\r\n')}\r\n`, link.download);
    setText(said, french(`${link.download} : ${counted(rows.length, 'ligne', 'lignes')}.`));
  } catch (error) {
    setText(said, french(error instanceof Problem ? error.message : NO_REPLY));
  }
}

/** The debts of all families: a town of many is read part by part. */
async function everyDebt(organisation) {
  const families = [];
  let after = '';
  do {
    const part = await listDebts(organisation, after);
    families.push(...part.families);
    after = part.next;
  } while (after);
  families.sort((one, other) => one.due.localeCompare(other.due));
  const cents = families.reduce((sum, debt) => sum + debt.cents, 0);
  return { families, total: (cents / 100).toLocaleString('fr-FR', { style: 'currency', currency: 'EUR' }) };
}

async function show(organisation) {
  const button = byId('show-debts');
  button.disabled = true;
  try {
    const { families, total } = await everyDebt(organisation);
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
