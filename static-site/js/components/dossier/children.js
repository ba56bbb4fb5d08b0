// The children of a dossier: who they are, their health under seal, what is consented to, and who has read.

import { h } from '../../lib/dom.js';
import { french, listed } from '../../lib/text.js';
import { line, radio, wrapped } from './inputs.js';

const MEALS = [['', 'Tous les plats'], ['no_pork', 'Sans porc'], ['no_meat', 'Sans viande']];

export function childrenPanel(page) {
  const { children, agent, may_change: may } = page.dossier;
  return h('section', { class: 'fiche', 'data-fiche': 'enfants', 'aria-labelledby': 'title-enfants' },
    h('h2', { id: 'title-enfants', tabindex: -1 }, h('span', { class: 'role-word' }, 'ENFANTS'), children.length > 0 && ` > ${listed(children.map((child) => child.first_name))}`),
    children.length === 0 && h('p', { class: 'second' }, 'Aucun enfant dans ce dossier.'),
    agent && may && h('p', { class: 'actions' }, h('a', { class: 'button', href: page.childAddress(null) }, 'Ajouter un enfant')),
    ...children.map((child) => one(page, child)),
    readings(page));
}

function one(page, child) {
  const field = (name, label, more) => line(page, `child.${child.id}.${name}`, label, more);
  const facts = [child.class, child.school, child.pai && 'PAI', child.custody].filter(Boolean);
  return h('div', { class: 'child-block', 'data-child': child.id },
    h('h3', { class: 'plate' }, child.first_name),
    h('p', { class: 'second' }, french([...facts, child.activities.length ? listed(child.activities) : 'Aucune activité'].join(' · ')),
      page.dossier.agent && page.dossier.may_change && ' ', page.dossier.agent && page.dossier.may_change && h('a', { href: page.childAddress(child.id) }, 'Classe, garde et activités', h('span', { class: 'only-heard' }, ` de ${child.first_name}`))),
    h('div', { class: 'columns' },
      h('div', {}, h('h4', {}, 'Identité'), field('first_name', 'Prénom', { maxlength: 60 }), field('born', 'Date de naissance', { kind: 'date', maxlength: 20 }), ...page.dossier.consents.map((consent) => consentOf(page, child, consent))),
      h('div', {}, h('h4', {}, 'Santé et repas'), ...health(page, child, field))));
}

function health(page, child, field) {
  if (page.health) {
    return [field('allergies', 'Allergies'), field('diet', 'Repas', { kind: MEALS }), field('pai', 'PAI : conduite à tenir'), field('doctor', 'Médecin traitant', { maxlength: 80 }), field('doctor_phone', 'Tél. du médecin', { kind: 'tel', maxlength: 30 })];
  }
  if (!page.dossier.reads_health) return [h('p', { class: 'second' }, 'Votre rôle ne lit pas les données de santé.')];
  return [
    child.care && h('p', {}, 'Cet enfant demande une attention particulière.'),
    h('p', { class: 'second' }, 'Chaque lecture est notée, et la famille la voit.'),
    h('button', { type: 'button', class: 'button', 'data-read-health': child.id, onclick: page.readHealth }, 'Lire la santé des enfants'),
  ];
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
