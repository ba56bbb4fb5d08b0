// Mes factures: what a family owes, its invoices with their PDF, what it has paid; for agents who bill, payments and credit notes.
//
// Hooks for the browser's tests: #solde, #estimate-amount, [data-invoice=NUMBER] with a.button and button[data-credit],
// form#pay, #paid, button[data-reverse=RECEIPT], dialog#credit,
// button[data-write-off=NUMBER] with dialog#write-off, [data-written-off], [data-erased]; [data-tickets=ACTIVITY][data-left] with button[data-pack],
// dialog#buy, #bought; [data-pay=NUMBER or solde], #under-way, dialog#twice.

import { certificateFile, invoiceFile, listInvoices, Problem, showWeek } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { shortDate } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { chosenFamily } from '../lib/identity.js';
import { counted, french, receipt, withIban } from '../lib/text.js';
import { sayWhose } from '../components/desk/whose.js';
import { NO_REPLY } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';
import { creditNote, MEANS, openCharge, openPayment, takeBack } from '../components/invoice/billing.js';
import { writeOffButton } from '../components/invoice/write-off.js';
import { download, erased, ticket } from '../components/invoice/ticket.js';
import { showTroubles } from '../components/mail-trouble/list.js';
import { showTickets } from '../components/tickets/tickets.js';
import { payButton } from '../components/payment/pay-online.js';

let family;
let today;
let paying = false;
const FEW = 12; // the year past stands open, what is older is folded
const MANY = 15;

start();

async function start() {
  const identity = await openFrame();
  family = chosenFamily(identity);
  if (!family) return location.replace('/planning.html');
  if (await sayWhose(identity, family, 'Factures')) await read();
}

async function read() {
  // The estimate is the week's own, so that both pages say the same.
  const [account, week] = await Promise.allSettled([listInvoices(family), showWeek(family)]);
  if (account.status === 'rejected') {
    const sentence = french(account.reason instanceof Problem ? account.reason.message : NO_REPLY);
    byId('page-error').replaceChildren(h('p', { class: 'refusal' }, sentence), h('button', { type: 'button', class: 'button', onclick: read }, 'Reprendre'));
    return announce(sentence);
  }
  byId('page-error').replaceChildren();
  if (week.status === 'fulfilled') showEstimate(week.value);
  show(account.value);
}

function showEstimate(week) {
  today = week.today;
  setText(byId('estimate-month'), `Estimation de ${week.estimate.month}`);
  setText(byId('estimate-amount'), week.estimate.amount);
  byId('estimate').hidden = false;
  const { phone } = week.organisation;
  byId('doubt').hidden = week.acts_as_agent;
  byId('doubt').replaceChildren(french('Une ligne vous étonne ? Appelez au '), h('a', { class: 'tel', href: `tel:${phone.replace(/\s/g, '')}` }, french(phone)), french(' : une erreur se corrige.'));
}

function show(account) {
  setText(byId('solde'), account.owed === 0 && account.credits.length === 1 ? account.credits[0].amount : account.amount);
  setText(byId('solde-said'), said(account));
  byId('sums').hidden = false;
  byId('carried').hidden = !account.carried;
  if (account.carried) setText(byId('carried'), french(`Trop peu pour une facture, reporté au mois prochain : ${account.carried}.`));
  byId('credits').replaceChildren(...account.credits.map((one) => h('li', {}, french(kept(one)))));
  showTickets(family, account.tickets, bought);
  byId('pay-online').hidden = !account.pays_online || account.owed <= 0;
  if (account.pays_online) byId('pay-online').replaceChildren(...payButton(family, null, account.amount, true));
  byId('under-way').hidden = account.under_way.length === 0;
  byId('under-way').replaceChildren(...account.under_way.map(underWay));
  const actions = (one) => [
    paper(one),
    ...(account.pays_online && one.owed > 0 ? payButton(family, one.number, one.owed_amount) : []),
    account.may_bill && one.cents > 0 && one.left.some((units) => units > 0) && creditNote(family, one, read),
    account.may_bill && one.owed > 0 && writeOffButton(family, one, read),
  ];
  const [shown, older] = account.invoices.length > MANY ? [account.invoices.slice(0, FEW), account.invoices.slice(FEW)] : [account.invoices, []];
  const owed = older.filter((one) => one.owed > 0);
  byId('invoices').replaceChildren(...[...shown, ...owed].map((one) => ticket(one, actions(one))));
  const rest = older.filter((one) => !owed.includes(one));
  byId('older').hidden = rest.length === 0;
  setText(byId('older').firstElementChild, `Factures plus anciennes (${rest.length})`);
  byId('older-invoices').replaceChildren(...rest.map((one) => ticket(one, actions(one))));
  if (account.invoices.length === 0) byId('invoices').append(h('li', { class: 'serif' }, 'Aucune facture pour l’instant. La première arrivera au début du mois prochain.'));
  byId('payments').hidden = account.payments.length === 0;
  const taken = new Set(account.payments.map((one) => one.reverses).filter(Boolean));
  byId('payment-list').replaceChildren(...account.payments.map((one) => h('li', {},
    h('span', {}, french(`${MEANS[one.means]}, ${shortDate(one.day)} ${one.day.slice(0, 4)}${one.reverses ? `, annule ${one.reverses}` : ''}`)), h('b', {}, one.amount),
    h('span', { class: 'second' }, receipt(one.receipt).replace(/^./, (letter) => letter.toUpperCase())),
    account.may_bill && !one.reverses && !taken.has(one.receipt) && takeBack(family, one, today, read))));
  byId('certificates').hidden = account.certificates.length === 0;
  byId('years').replaceChildren(...account.certificates.map((year) => h('li', {},
    h('a', { class: 'button', href: certificateFile(family, year), target: '_blank' }, `Attestation ${year}`, h('span', { class: 'second small', 'aria-hidden': 'true' }, ' PDF')))));
  byId('how-to-pay').hidden = account.how_to_pay.length === 0 || account.owed <= 0;
  byId('how').replaceChildren(...account.how_to_pay.map((sentence) => h('p', { class: 'serif' }, withIban(sentence))));
  if (account.may_bill && today && !paying) {
    paying = true;
    openPayment(family, today, read);
    openCharge(family, read);
    showTroubles(family.organisation, family.family);
  }
}

/** The PDF of an invoice; what stands in its place while it is printed, and once its detail is past its period. */
function paper(one) {
  if (one.erased) return erased();
  return one.filed ? download(invoiceFile(family, one.number), one.number, { target: '_blank' }) : h('span', { class: 'second' }, 'Impression en cours');
}

/** Money that settles nothing yet, said with what it may pay. */
function kept({ from, means, amount, anything }) {
  const what = means ? `${MEANS[means]}, reçu ${from}` : `avoir ${from}`;
  return anything ? `${amount} en votre faveur (${what}) : la prochaine facture en sera réduite.` : `${amount} restent de votre paiement (${what}) : ce moyen ne paie pas tout ce que vous devez, le reste attend une prochaine facture.`;
}

async function bought(message) {
  await read();
  setText(byId('bought'), french(message));
}

function underWay({ attempt, said: sentence }) {
  const query = new URLSearchParams({ organisation: family.organisation, famille: family.family, paiement: attempt });
  return h('li', {}, h('span', {}, french(sentence)), h('a', { href: `/paiement.html?${query}` }, 'Où en est-il ?'));
}

function said({ owed, credits, invoices }) {
  const open = invoices.filter((one) => one.owed > 0).length;
  if (owed === 0 && credits.length === 1) return 'en votre faveur';
  return open ? `à régler, ${open === 1 ? 'une facture' : counted(open, 'facture', 'factures')} en attente` : 'rien à régler';
}
