// The dossier of a family as an agent reads it: adults, children, who fetches whom, consents, residence and quotient.
// Nothing is typed here: each part leads to the page where it is changed. Health stays closed.

import { longDate } from '../../lib/dates.js';
import { h } from '../../lib/dom.js';
import { capital, french, listed } from '../../lib/text.js';

const PORTAL = { member: 'a un compte', invited: 'invitation envoyée', none: 'jamais invité' };
const PHONES = [['mobile', 'Mobile'], ['phone', 'Téléphone'], ['work_mobile', 'Mobile pro'], ['work_phone', 'Travail']];

/** `lead(page, more)`: the address of another page about this family. */
export function dossierPanel(dossier, situations, lead) {
  const edit = dossier.may_change;
  return [
    part('Adultes', edit && h('a', { href: lead('/dossier.html') }, 'Modifier les fiches'),
      h('div', { class: 'adults' }, dossier.fiches.map((fiche) => adult(fiche, dossier)))),
    dossier.waiting.length > 0 && h('p', { class: 'said' }, french(`${dossier.waiting.length === 1 ? 'Un changement attend' : `${dossier.waiting.length} changements attendent`} une réponse : ${listed(dossier.waiting.map((one) => one.label.toLowerCase()))}. `), edit && h('a', { href: lead('/a-verifier.html') }, 'Répondre')),
    part('Enfants', edit && h('a', { href: lead('/enfant.html') }, 'Ajouter un enfant'), children(dossier, edit, lead)),
    h('div', { class: 'two' }, part('Qui vient chercher', edit && h('a', { href: lead('/dossier.html') }, 'Modifier'), collectors(dossier)), part('Accords', null, consents(dossier))),
    part('Santé', null, h('p', { class: 'closed-health' }, h('span', {}, french(dossier.reads_health ? 'L’ouvrir inscrit votre nom et l’heure : la famille les lit.' : 'Votre rôle ne lit pas les données de santé.')), dossier.reads_health && h('a', { class: 'button', href: lead('/dossier.html') }, 'Ouvrir depuis le dossier'))),
    situations && part('Résidence et quotient familial', situations.may_keep && h('a', { href: lead('/situation.html') }, 'Poser un quotient ou une résidence'), known(situations)),
    dossier.saved && h('p', { class: 'second' }, `Dernier changement : ${dossier.saved}.`.replace(' :', '\u00a0:')),
  ];
}

const part = (title, links, ...content) => h('section', { class: 'part' }, h('div', { class: 'panel-head' }, h('h2', {}, title), links), content);

function adult({ status, values, collects }, dossier) {
  const address = [values.address_1, values.address_2, values.address_3, [values.postal_code, values.town].filter(Boolean).join(' ')].filter(Boolean);
  const names = (wanted) => listed(dossier.children.filter((child) => collects[child.id] === wanted).map((child) => child.first_name));
  const lines = [
    ...PHONES.filter(([field]) => values[field]).map(([field, label]) => [label, h('a', { href: `tel:${values[field].replace(/[^+\d]/g, '')}` }, french(values[field]))]),
    ['Mél', values.mel ?? 'sans mél'],
    ['Adresse', address.length ? address.join(', ') : 'inconnue'],
    names('allowed') && ['Récupère', names('allowed')],
    ['Portail', PORTAL[status]],
    values.note && ['Note', values.note],
  ].filter(Boolean);
  return h('div', { class: 'adult' },
    h('h3', {}, `${values.first_name ?? ''} ${values.last_name ?? ''}`.trim(), ' ', h('small', {}, (values.role ?? '').toLowerCase())),
    h('dl', {}, lines.map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, value)))));
}

function children(dossier, edit, lead) {
  if (dossier.children.length === 0) return h('p', { class: 'second' }, 'Aucun enfant dans ce dossier.');
  return h('ul', { class: 'rows kids' }, dossier.children.map((child) => h('li', {},
    h('span', { class: 'plate small' }, child.first_name),
    h('span', {}, child.born ? longDate(child.born) : 'naissance inconnue'),
    h('span', {}, h('b', {}, child.class ?? ''), child.class && child.school ? ', ' : '', child.school ?? ''),
    h('span', {}, child.custody ? capital(child.custody) : 'chez cette famille'),
    h('span', { class: 'second' }, child.activities.length ? listed(child.activities) : 'aucune activité'),
    edit && h('a', { href: lead('/enfant.html', { enfant: child.id }) }, 'Modifier', h('span', { class: 'only-heard' }, ` ${child.first_name}`)))));
}

function collectors({ fiches, children: all }) {
  const name = ({ values }) => `${values.first_name ?? ''} ${values.last_name ?? ''}`.trim();
  const of = ({ collects }, wanted) => all.filter((child) => collects[child.id] === wanted).map((child) => child.first_name);
  const never = fiches.filter((fiche) => of(fiche, 'not_allowed').length);
  const may = fiches.filter((fiche) => of(fiche, 'allowed').length);
  if (never.length + may.length === 0) return h('p', { class: 'second' }, 'Personne n’est coché dans les fiches.');
  return h('ul', { class: 'rows' },
    never.map((fiche) => h('li', { class: 'never' }, h('b', {}, name(fiche)), h('span', {}, `jamais ${listed(of(fiche, 'not_allowed'))}`))),
    may.map((fiche) => h('li', {}, h('b', {}, name(fiche)), h('span', {}, `${(fiche.values.role ?? '').toLowerCase()}, ${listed(of(fiche, 'allowed'))}`))));
}

const ANSWERS = { given: 'Oui', refused: 'Non' };

function consents({ consents: asked, children: all }) {
  if (asked.length === 0) return h('p', { class: 'second' }, 'Aucun accord n’est demandé.');
  const answer = (child, consent) => { const said = child.answers[consent.id]; return said?.current ? ANSWERS[said.answer] : 'à demander'; };
  return h('ul', { class: 'consents' }, asked.map((consent) => h('li', {}, h('p', {}, french(consent.text)),
    h('p', { class: 'second' }, all.flatMap((child, at) => [at > 0 && ', ', `${child.first_name}\u00a0: `, h('b', {}, answer(child, consent))])))));
}

function known({ situations }) {
  return h('table', { class: 'ledger open' },
    h('thead', {}, h('tr', {}, ['Depuis', 'Quotient', 'Résidence', 'Source'].map((word) => h('th', { scope: 'col' }, word)))),
    h('tbody', {}, situations.map((one) => h('tr', {},
      h('td', {}, one.from ? longDate(one.from) : 'toujours'), h('td', {}, h('b', {}, one.quotient ?? 'inconnu')), h('td', {}, one.outside ? 'Hors commune' : 'Résidents'),
      h('td', {}, french(one.source), one.said && ' ', one.said && h('small', {}, one.said))))));
}
