// Payments online that wait for a person: what is known of each, and "it was paid" or "it was not", with a reason.
// Accessibility: each is a list item with a heading and a form of its own; what was decided is said in its place.

import { listDoubts, Problem, settleDoubt, tryProvider } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { byId, h, setText } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { clearErrors, NO_REPLY, showErrors } from '../field/field.js';

const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

/** Fills #doubts and #trial; the sections stay hidden where nothing is paid online. */
export async function showDoubts(organisation) {
  const { online, doubts } = await listDoubts(organisation);
  byId('online').hidden = !online && doubts.length === 0;
  setText(byId('doubts-said'), french(doubts.length ? 'Le prestataire a répondu autre chose que ce qui était attendu, ou n’a pas répondu. Cherchez chaque paiement chez lui, puis dites ce qu’il en est : la famille le verra.' : 'Aucun paiement n’attend votre décision.'));
  byId('doubts').replaceChildren(...doubts.map((one) => doubt(organisation, one)));
  byId('try').hidden = !online;
  byId('try').onclick = () => trial(organisation);
}

async function trial(organisation) {
  const button = byId('try');
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  setText(byId('tried'), '');
  try {
    setText(byId('tried'), french((await tryProvider(organisation)).message));
  } catch (error) {
    setText(byId('tried'), words(error));
  }
  button.removeAttribute('aria-disabled');
}

function doubt(organisation, one) {
  const id = (name) => `${name}-${one.attempt}`;
  const query = new URLSearchParams({ organisation, famille: one.family });
  const place = { organisation, family: one.family };
  const field = (name, label, attributes) => h('div', { class: 'field' }, h('label', { for: id(name) }, label), h('input', { id: id(name), name, autocomplete: 'off', ...attributes }));
  const form = h('form', { novalidate: true },
    h('div', { class: 'span' },
      field('amount', 'Somme reçue', { inputmode: 'decimal', value: one.suggested }),
      field('reason', 'Comment vous le savez', { maxlength: '200' })),
    h('p', { class: 'refusal', role: 'alert', 'data-error': true }),
    h('p', { class: 'actions' },
      h('button', { type: 'submit', class: 'button main', value: 'paid' }, 'C’est payé'),
      h('button', { type: 'submit', class: 'button', value: 'not' }, 'Ce n’est pas payé')));
  form.addEventListener('submit', (event) => { event.preventDefault(); settle(place, one, form, event.submitter); });
  return h('li', { class: 'ticket', 'data-doubt': one.attempt },
    h('div', { class: 'ticket-head' }, h('h3', {}, `Famille ${one.family_name}`), h('p', { class: 'amount' }, one.amount)),
    h('p', { class: 'serif' }, french(one.why)),
    h('p', { class: 'second' }, french(`${one.invoice ? `Facture ${one.invoice}` : 'Le solde'}, commencé ${one.since}.`)),
    h('ul', { class: 'known second' }, one.known.map((line) => h('li', {}, french(line)))),
    form,
    h('p', { class: 'ticket-actions' }, h('a', { href: `/factures.html?${query}` }, 'Voir son compte', h('span', { class: 'only-heard' }, ` (famille ${one.family_name})`))));
}

async function settle(place, one, form, button) {
  clearErrors(form);
  const { amount, reason } = form.elements;
  const paid = button.value === 'paid';
  button.disabled = true;
  try {
    const { said } = await settleDoubt(place, one.attempt, { paid, reason: reason.value.trim(), ...(paid && { amount: amount.value.trim() }) });
    announce(french(said));
    await showDoubts(place.organisation);
  } catch (error) {
    showErrors(form, words(error), error.errors);
    button.disabled = false;
  }
}
