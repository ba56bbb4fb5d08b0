// The children of a dossier: who they are, their health under seal, what is consented to, and who has read.

import { h } from '../../lib/dom.js';
import { french, listed } from '../../lib/text.js';
import { line, radio, wrapped } from './inputs.js';

const MEALS = [['', 'Tous les plats'], ['no_pork', 'Sans porc'], ['no_meat', 'Sans viande']];

/** One child at a time; the others wait in the page, so that nothing typed is lost. */
export function childrenPanel(page) {
  const { children, agent, may_change: may } = page.dossier;
  const shown = shownChild(page);
  const plates = children.length > 1 && h('div', { class: 'plates', role: 'group', 'aria-label': 'Enfant' },
    children.map((child) => h('button', { type: 'button', value: child.id, 'aria-pressed': String(child.id === shown), onclick: () => page.showChild(child.id) }, child.first_name)));
  return h('section', { class: 'fiche', 'data-fiche': 'enfants', 'aria-labelledby': 'title-enfants' },
    h('h2', { id: 'title-enfants', tabindex: -1 }, h('span', { class: 'role-word' }, 'ENFANTS'), children.length > 0 && ` > ${listed(children.map((child) => child.first_name))}`),
    children.length === 0 && h('p', { class: 'second' }, 'Aucun enfant dans ce dossier.'),
    h('div', { class: 'plates-line' }, plates, agent && may && h('a', { href: page.childAddress(null) }, 'Ajouter un enfant')),
    ...children.map((child) => one(page, child, child.id === shown)),
    readings(page));
}

export const shownChild = (page) => (page.dossier.children.find((child) => child.id === page.child) ?? page.dossier.children[0])?.id;

function one(page, child, shown) {
  const field = (name, label, more) => line(page, `child.${child.id}.${name}`, label, more);
  const facts = [child.class, child.school, child.pai && 'PAI', child.custody].filter(Boolean);
  return h('div', { class: `child-block${shown ? '' : ' away'}`, 'data-child': child.id },
    h('h3', {}, child.first_name),
    h('p', { class: 'second' }, french([...facts, child.activities.length ? listed(child.activities) : 'Aucune activité'].join(' · ')),
      page.dossier.agent && page.dossier.may_change && ' ', page.dossier.agent && page.dossier.may_change && h('a', { href: page.childAddress(child.id) }, 'Classe, garde et activités', h('span', { class: 'only-heard' }, ` de ${child.first_name}`))),
    h('div', { class: 'columns' },
      h('div', {},
        h('h4', {}, 'Identité'), field('first_name', 'Prénom', { maxlength: 60 }), field('born', 'Naissance', { kind: 'date', maxlength: 20 }),
        collectors(page, child),
        page.dossier.consents.length > 0 && h('h4', {}, 'Ce que j’autorise'), ...page.dossier.consents.map((consent) => consentOf(page, child, consent)),
        !page.readOnly && likeConsents(page, child)),
      envelope(page, child, field)));
}

/** Who may fetch the child, as the fiches say it. */
function collectors(page, child) {
  const names = page.dossier.fiches.filter((fiche) => page.sheet.now(`collects.${fiche.id}.${child.id}`) === 'allowed').map((fiche) => page.nameOf(fiche.id));
  return [h('h4', {}, 'Qui peut venir'), h('p', { class: 'second' }, names.length ? `${listed(names)}.` : 'Personne n’est coché dans vos fiches.')];
}

/** Health lies in an envelope: its flap says who may open it; open, it closes with its own button or when the child is left. */
function envelope(page, child, field) {
  const open = page.opened === child.id && Boolean(page.health);
  const { agent, reads_health: reads } = page.dossier;
  const title = `Santé et repas de ${child.first_name}`;
  const opener = page.health
    ? h('button', { type: 'button', class: 'button', 'data-open-health': child.id, 'aria-expanded': 'false', onclick: () => page.openHealth(child.id) }, 'Ouvrir', h('span', { class: 'only-heard' }, ` : ${title}`))
    : reads && h('button', { type: 'button', class: 'button', 'data-read-health': child.id, onclick: () => page.readHealth(child.id) }, 'Lire la santé des enfants');
  const who = !agent ? 'Sous enveloppe. Les adultes de la famille et les agents dont c’est le rôle peuvent l’ouvrir ; chaque lecture d’un agent est écrite.'
    : reads ? 'Sous enveloppe. Chaque lecture est notée, et la famille la voit.' : 'Votre rôle ne lit pas les données de santé.';
  return h('section', { class: 'envelope', 'data-envelope': child.id, 'aria-label': title },
    h('div', { class: 'sealed', hidden: open },
      h('span', { class: 'seal', 'aria-hidden': 'true' }),
      h('h4', {}, title),
      child.care && !page.health && h('p', {}, 'Cet enfant demande une attention particulière.'),
      h('p', { class: 'second' }, french(who)),
      opener),
    page.health && h('div', { class: 'opened', hidden: !open },
      h('div', { class: 'opened-head' }, h('h4', {}, title), h('button', { type: 'button', class: 'link', 'data-close-health': child.id, onclick: () => page.openHealth(null, child.id) }, 'Refermer', h('span', { class: 'only-heard' }, ` : ${title}`))),
      h('div', { class: 'opened-body' },
        field('allergies', 'Allergies'), field('diet', 'Repas', { kind: MEALS }), field('pai', 'PAI', { 'aria-description': 'conduite à tenir' }), field('doctor', 'Médecin traitant', { maxlength: 80 }), field('doctor_phone', 'Tél. du médecin', { kind: 'tel', maxlength: 30 }),
        !page.readOnly && likeDoctor(page, child))));
}

/** A doctor who is written for a sibling need not be written again. */
function likeDoctor(page, child) {
  const of = (one, name) => page.sheet.now(`child.${one.id}.${name}`);
  const other = page.dossier.children.find((one) => one.id !== child.id && of(one, 'doctor'));
  if (!other || of(child, 'doctor')) return false;
  return h('button', { type: 'button', class: 'link', onclick: () => page.fill(['doctor', 'doctor_phone'].map((name) => [`child.${child.id}.${name}`, of(other, name)])) },
    french(`Comme ${other.first_name} : ${of(other, 'doctor')}`));
}

function likeConsents(page, child) {
  const of = (one, consent) => page.sheet.now(`consent.${one.id}.${consent.id}`);
  const { consents, children } = page.dossier;
  const other = children.find((one) => one.id !== child.id && consents.every((consent) => of(one, consent)));
  if (!other || consents.every((consent) => of(child, consent))) return false;
  return h('button', { type: 'button', class: 'link', onclick: () => page.fill(consents.map((consent) => [`consent.${child.id}.${consent.id}`, of(other, consent)])) }, `Répondre comme pour ${other.first_name}`);
}

function consentOf(page, child, consent) {
  const place = `consent.${child.id}.${consent.id}`;
  const answer = child.answers[consent.id];
  const said = answer && (answer.current ? `Répondu le ${answer.day} par ${answer.by}.` : `Le texte a changé depuis la réponse du ${answer.day} : répondez à nouveau.`);
  return h('fieldset', { class: 'consent' }, h('legend', {}, french(consent.text)),
    wrapped(page, place, 'field one', radio(page, place, 'given', 'Oui'), radio(page, place, 'refused', 'Non'), said && h('p', { class: 'hint' }, french(said))));
}

function readings(page) {
  if (!page.health || page.dossier.agent) return false;
  const list = page.health.readings;
  return h('details', { class: 'readings' }, h('summary', {}, 'Qui a lu la santé des enfants'),
    list.length === 0 ? h('p', { class: 'second' }, 'Aucun agent ne l’a lue jusqu’ici.') : h('ul', {}, ...list.map(({ by, at }) => h('li', {}, french(`${by}, ${at}`)))));
}
