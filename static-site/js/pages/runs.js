// Facturation: a month is prepared, looked at, issued.
//
// Hooks for the browser's tests: #draft, #run-title, #run-said, #issue, #again, [data-draft=FAMILY], #runs, dialog#confirm,
// [data-doubt=ATTEMPT], #try, #tried.

import { changeRun, listRuns, Problem, showRun } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { longDate } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { capital, counted, french } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { NO_REPLY } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';
import { openCertificates } from '../components/invoice/certificates.js';
import { openTreasurer } from '../components/invoice/treasurer.js';
import { showTroubles } from '../components/mail-trouble/list.js';
import { showDoubts } from '../components/payment/doubts.js';

const AGAIN = 1500;
let office;
let known;
let period;

start();

async function start() {
  office = officeOf(await openFrame());
  if (!office) return;
  byId('draft').addEventListener('click', () => change(known.suggested, 'draft'));
  byId('again').addEventListener('click', () => change(period, 'draft'));
  byId('issue').addEventListener('click', issue);
  addEventListener('popstate', read);
  await Promise.all([read(), showDoubts(office.organisation).catch((error) => announce(words(error)))]);
}

const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

async function read() {
  try {
    known = await listRuns(office.organisation);
    byId('page-error').replaceChildren();
    if (!known.invoices) {
      return byId('page-error').replaceChildren(h('p', { class: 'serif' }, 'Votre organisation ne facture pas encore ici : ses réglages se mettent dans organisation.toml, sous [billing].'));
    }
    openTreasurer(office.organisation, known.suggested);
    openCertificates(office.organisation, known.suggested);
    showTroubles(office.organisation);
    const asked = new URLSearchParams(location.search).get('mois');
    const open = known.runs.find((run) => run.period === asked) ?? known.runs.find((run) => run.stage !== 'done') ?? known.runs[0];
    byId('open').hidden = known.runs.some((run) => run.period === known.suggested);
    setText(byId('open-title'), `Facturer ${known.suggested_said}`);
    byId('past').hidden = known.runs.length === 0;
    byId('runs').replaceChildren(...known.runs.map(past));
    byId('run').hidden = !open;
    if (open) await show(open.period);
  } catch (error) {
    byId('page-error').replaceChildren(...trouble(words(error), read));
    announce(words(error));
  }
}

function past(run) {
  const query = new URLSearchParams({ organisation: office.organisation, mois: run.period });
  return h('li', {}, h('a', { href: `?${query}` }, run.said), h('b', {}, run.total), h('span', { class: 'second' }, stage(run)));
}

function stage({ stage: at, counts, issued }) {
  if (at === 'drafting') return 'en préparation';
  if (at === 'review') return 'à vérifier';
  if (at === 'issuing') return 'en cours d’émission';
  return `${counted(counts.invoices, 'facture', 'factures')}, ${counts.carried} à reporter${counts.left ? `, ${counts.left} à régler` : ''}${issued ? `, le ${longDate(issued)}` : ''}`;
}

async function show(month) {
  period = month;
  const { run, drafts } = await showRun(office.organisation, month);
  setText(byId('run-title'), capital(run.said));
  setText(byId('run-said'), french(sentence(run)));
  byId('issue').hidden = run.stage !== 'review' || run.counts.drafts === 0;
  byId('again').hidden = !(run.stage === 'review' || (run.stage === 'done' && run.counts.left > 0));
  byId('drafts').replaceChildren(...drafts.map(draft));
  // Preparing and issuing go on by themselves: the page follows.
  if (run.stage === 'drafting' || run.stage === 'issuing') setTimeout(() => { if (period === month) read(); }, AGAIN);
}

function sentence({ stage: at, counts, total }) {
  const families = counted(counts.drafts, 'famille', 'familles');
  const faults = counts.faults ? ` ${counted(counts.faults, 'famille a une ligne', 'familles ont une ligne')} à régler d’abord : elles sont en tête, et ne seront pas facturées.` : '';
  if (at === 'drafting') return `${families} pour l’instant, ${total}. La préparation continue.`;
  if (at === 'review') return counts.drafts ? `${families}, ${total} en tout.${faults}` : 'Personne n’a rien à payer pour ce mois.';
  if (at === 'issuing') return `${counted(counts.invoices, 'facture émise', 'factures émises')} pour l’instant. L’émission continue, même si vous fermez cette page.`;
  const left = counts.left ? ` ${counted(counts.left, 'famille attend', 'familles attendent')} qu’une ligne soit réglée.` : '';
  return `${counted(counts.invoices, 'facture émise', 'factures émises')}, ${counted(counts.carried, 'somme reportée', 'sommes reportées')} au mois suivant.${left}`;
}

function draft(one) {
  const query = new URLSearchParams({ organisation: office.organisation, famille: one.family });
  return h('li', { class: 'ticket', 'data-draft': one.family },
    h('div', { class: 'ticket-head' }, h('h3', {}, `Famille ${one.name}`), h('p', { class: 'amount' }, one.total)),
    one.faults.map((fault) => h('p', { class: 'refusal' }, french(fault))),
    h('ul', { class: 'ticket-lines money' }, one.lines.map((line) => h('li', {}, h('span', { class: 'for second' }, `${line.quantity} × ${line.unit}`), ' ', h('span', {}, french(line.label)), ' ', h('b', {}, line.amount)))),
    h('p', { class: 'ticket-actions' }, h('a', { href: `/factures.html?${query}` }, 'Voir son compte', h('span', { class: 'only-heard' }, ` (famille ${one.name})`))));
}

async function change(month, action) {
  try {
    await changeRun(office.organisation, month, action);
    history.pushState(null, '', `?${new URLSearchParams({ organisation: office.organisation, mois: month })}`);
    announce(action === 'draft' ? 'La préparation commence.' : 'L’émission commence.');
    await read();
  } catch (error) {
    byId('page-error').replaceChildren(...trouble(words(error), read));
    announce(words(error));
  }
}

function issue() {
  const dialog = byId('confirm');
  setText(byId('confirm-what'), french(`${byId('run-said').textContent} Les numéros sont donnés, les factures envoyées par mél : une erreur se corrigera ensuite par un avoir.`));
  dialog.returnValue = 'no';
  dialog.showModal();
  dialog.onclose = () => { if (dialog.returnValue === 'yes') change(period, 'issue'); };
}
