// The head of a family that never leaves: its children, what is owed, known and missing, who must not fetch whom.

import { longDate } from '../../lib/dates.js';
import { byId, h, setText } from '../../lib/dom.js';
import { counted, french, listed } from '../../lib/text.js';

/** `address(tab)`: where a tab of this family is. */
export function paintHead(summary, address) {
  setText(byId('title'), `Famille ${summary.name}`);
  byId('children').replaceChildren(...summary.children.map(child));
  byId('facts').replaceChildren(...facts(summary, address));
  byId('barred').replaceChildren(...summary.barred.map(barred));
}

function child({ first_name: name, class: of, school, pai, care }) {
  const where = [of, school].filter(Boolean).join(', ');
  return h('p', { class: 'family-child' },
    h('span', { class: `plate small${pai ? ' protocol' : ''}` }, name),
    where && h('span', { class: 'second' }, where),
    pai && h('span', { class: 'tag' }, 'PAI'),
    care && !pai && h('span', { class: 'tag' }, 'santé à lire'));
}

/** "✕ Ne pas remettre Lou à Alain DEVRET (grand-père)". */
export function barred({ children, name, role }) {
  return h('p', { class: 'barred' }, h('b', {}, `Ne pas remettre ${listed(children)}`), ` à ${name}${role ? ` (${role.toLowerCase()})` : ''}`);
}

function facts(summary, address) {
  const reached = summary.adults.filter((one) => one.phone).slice(0, 3);
  return [
    ...reached.map((one) => fact(`${one.first_name}, ${one.role.toLowerCase()}`, h('a', { href: `tel:${one.phone.replace(/[^+\d]/g, '')}` }, french(one.phone)))),
    fact('Doit', owed(summary), summary.owed > 0 && counted(summary.owed_invoices, 'facture', 'factures')),
    fact('Quotient familial', summary.quotient ?? 'inconnu', summary.quotient_from && `depuis le ${longDate(summary.quotient_from)}`),
    fact('Pièces', pieces(summary.missing, address)),
    fact('Commune', summary.outside ? 'Hors commune' : 'Résidents', '', 'town'),
  ];
}

function owed({ owed: cents, amount, credit }) {
  if (cents > 0) return amount;
  return credit ? `rien, ${credit} en sa faveur` : 'rien';
}

function pieces(missing, address) {
  if (missing.length === 0) return 'complètes';
  return h('a', { href: address('pieces'), title: listed(missing) }, missing.length === 1 ? '1 manque' : `${missing.length} manquent`, h('span', { class: 'only-heard' }, ` : ${listed(missing)}`));
}

const fact = (label, value, more = '', kind = null) => h('div', { 'data-fact': kind }, h('dt', {}, label), h('dd', {}, h('b', {}, value), more && ' ', more && h('small', {}, more)));
