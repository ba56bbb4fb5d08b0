// Inviter un adulte: an agent finds a family, invites one of its adults, sees who has access to it.

import { findFamilies, Problem, sendInvitation } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { byId, h, setText } from '../lib/dom.js';
import { mayIn } from '../lib/identity.js';
import { counted, french, listed } from '../lib/text.js';
import { allFilled, clearErrors, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';
import { members } from '../components/members/members.js';

const WAIT = 300;
const form = byId('search-form');
const { search, organisation } = form.elements;
let identity;
let waiting;
let latest = 0;

start();

async function start() {
  identity = await openFrame({ ask: true });
  const { roles } = identity;
  if (roles.length === 0) return location.replace('/planning.html');
  const places = [...new Map(roles.map((role) => [role.organisation, role.organisation_name]))];
  const asked = new URLSearchParams(location.search).get('organisation');
  organisation.replaceChildren(...places.map(([id, name]) => h('option', { value: id, selected: id === asked }, name)));
  byId('organisation-field').hidden = places.length < 2;
  form.addEventListener('submit', (event) => { event.preventDefault(); find(); });
  search.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(find, WAIT); });
  organisation.addEventListener('change', () => location.assign(`?${new URLSearchParams({ organisation: organisation.value })}`));
  search.value = new URLSearchParams(location.search).get('nom') ?? '';
  if (search.value) find();
}

const mayHere = (permission) => mayIn(identity, organisation.value, permission);

async function find() {
  clearTimeout(waiting);
  const asked = ++latest;
  const text = search.value.trim();
  history.replaceState(null, '', `?${new URLSearchParams({ organisation: organisation.value, ...(text && { nom: text }) })}`);
  if (!text) return show([], '');
  try {
    const { families, more } = await findFamilies(organisation.value, text);
    if (asked === latest) show(families, summary(families, more, text));
  } catch (error) {
    if (asked === latest) show([], error instanceof Problem ? error.message : NO_REPLY);
  }
}

function summary(families, more, text) {
  if (families.length === 0) return `Aucune famille ne correspond à « ${text} ». Essayez un autre nom ou le prénom d’un enfant.`;
  return `${counted(families.length, 'famille trouvée', 'familles trouvées')}${more ? ', et d’autres encore : précisez le nom' : ''}.`;
}

function show(families, sentence) {
  setText(byId('summary'), french(sentence));
  announce(sentence);
  byId('found').replaceChildren(...families.map(item));
}

function item(family) {
  const query = new URLSearchParams({ organisation: organisation.value, famille: family.id });
  return h('li', {},
    h('div', {},
      h('h2', {}, `Famille ${family.name}`),
      h('p', { class: 'second' }, listed(family.adults)),
      h('p', { class: 'second' }, french(family.children.length ? `Enfants : ${listed(family.children)}` : 'Aucun enfant'))),
    h('p', {}, h('a', { class: 'button', href: `/planning.html?${query}` }, 'Voir la semaine', h('span', { class: 'only-heard' }, ` de la famille ${family.name}`)), ' ', h('a', { href: `/dossier.html?${query}` }, 'Son dossier', h('span', { class: 'only-heard' }, ` (famille ${family.name})`)), ' ', h('a', { href: `/factures.html?${query}` }, 'Ses factures', h('span', { class: 'only-heard' }, ` (famille ${family.name})`)), ' ', h('a', { href: `/documents.html?${query}` }, 'Ses documents', h('span', { class: 'only-heard' }, ` (famille ${family.name})`))),
    mayHere('invite-adults') && invite({ organisation: organisation.value, family: family.id }),
    mayHere('administer') && members({ organisation: organisation.value, family: family.id }));
}

function invite(place) {
  const field = (name, label, attributes) => h('div', { class: 'field' },
    h('label', { for: `${name}-${place.family}` }, label),
    h('input', { id: `${name}-${place.family}`, name, autocomplete: 'off', ...attributes }));
  const said = h('p', { class: 'said', role: 'status' });
  const invitation = h('form', { novalidate: true },
    field('mel', 'Mél', { type: 'email', required: true, 'data-missing': 'Écrivez le mél de l’adulte à inviter.', maxlength: 254 }),
    field('first_name', 'Prénom', { maxlength: 60 }),
    field('last_name', 'Nom', { maxlength: 60 }),
    h('button', { type: 'submit', class: 'button' }, 'Envoyer l’invitation'),
    h('p', { class: 'refusal', role: 'alert', 'data-error': true }), said);
  onSubmit(invitation, () => send(place, invitation, said));
  return h('details', {}, h('summary', {}, 'Inviter un adulte'), invitation);
}

async function send(place, invitation, said) {
  clearErrors(invitation);
  setText(said, '');
  if (!allFilled(invitation)) return;
  const typed = Object.fromEntries(['mel', 'first_name', 'last_name'].map((name) => [name, invitation.elements[name].value.trim()]).filter(([, value]) => value));
  const key = JSON.stringify(typed);
  // The same words sent again after a lost reply are the same request: one mail only.
  if (invitation.dataset.sent !== key) Object.assign(invitation.dataset, { sent: key, request: crypto.randomUUID() });
  try {
    const { message } = await sendInvitation(place, { request: invitation.dataset.request, ...typed });
    setText(said, french(message));
    delete invitation.dataset.sent;
    invitation.reset();
  } catch (error) {
    showErrors(invitation, error instanceof Problem ? error.message : NO_REPLY, error.errors);
  }
}
