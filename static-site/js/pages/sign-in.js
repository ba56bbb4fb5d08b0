// Sign-in: name and password, then the code of agents, and back to the page that was asked.

import { openSession, Problem, showLegal, signIn } from '../lib/api.js';
import { byId, h, setText, svg } from '../lib/dom.js';
import { homeOf, learn } from '../lib/identity.js';
import { forgetIdentity, keptIdentity, keptUntaken, lastOrganisation, organisationName, takeIdentifiant, takeUntaken } from '../lib/memory.js';
import { french } from '../lib/text.js';
import { allFilled, clearErrors, NO_REPLY, onSubmit, showable, showErrors } from '../components/field/field.js';

const form = byId('sign-in-form');
const { name, password, code } = form.elements;

nameTown(organisationName());
sayWhoAnswers();
showable(byId('show-password'));
onSubmit(form, submit);
prefill();
sayUntaken();
passIfSignedIn();

function nameTown(name) {
  byId('eyebrow').replaceChildren(...(name ? [h('b', {}, name)] : []));
}

/** The town hall this browser knows, or the one of the address: a plate with its name, and its phone. */
async function sayWhoAnswers() {
  const organisation = new URLSearchParams(location.search).get('organisation') ?? lastOrganisation();
  if (!organisation) return;
  try {
    const { name: town, contact } = await showLegal(organisation);
    nameTown(town);
    byId('answers').hidden = false;
    byId('answers').replaceChildren(
      h('div', {}, h('p', {}, 'Une question, un problème'), ...contact.opening_hours.map((line) => h('p', { class: 'second' }, french(line)))),
      h('a', { href: `tel:${contact.phone.replace(/\s/g, '')}` }, french(contact.phone)),
    );
  } catch { /* the page reads without it */ }
}

function prefill() {
  const identifiant = takeIdentifiant();
  if (!identifiant) return;
  name.value = identifiant;
  byId('welcome').textContent = french('Votre compte est prêt. Connectez-vous avec votre mot de passe.');
  password.focus();
}

/** A session ended under a click: which one was not taken, and that it waits on the page one comes back to. */
function sayUntaken() {
  const untaken = keptUntaken();
  if (!untaken) return;
  setText(byId('title'), 'Connectez-vous à nouveau');
  byId('lead').hidden = true;
  setText(byId('welcome'), french(`${untaken.words ? 'Ce clic n’a pas été pris' : 'Votre dernière action n’a pas été prise'} : votre connexion était finie. Rien d’autre n’a changé.`));
  byId('untaken').hidden = !untaken.words;
  setText(byId('untaken-what'), untaken.words?.what ?? '');
  if (!untaken.identifiant) return;
  name.value = untaken.identifiant;
  password.focus();
}

/** Asked only where someone was signed in, so that a first visit makes no refused request. */
async function passIfSignedIn() {
  if (!keptIdentity()) return;
  try { enter(await openSession()); } catch (error) { if (error instanceof Problem) forgetIdentity(); }
}

async function submit() {
  clearErrors(form);
  if (!allFilled(form)) return;
  try {
    enter(await signIn(name.value.trim(), password.value, code.value.trim()));
  } catch (error) {
    refuse(error);
  }
}

function enter(identity) {
  learn(identity);
  takeUntaken(undefined); // what no page names is said once
  const asked = new URLSearchParams(location.search).get('suite') ?? '';
  // Only a path of this site: neither //elsewhere nor /\elsewhere.
  location.replace(/^\/(?![/\\])/.test(asked) ? asked : homeOf(identity));
}

function refuse(error) {
  if (!(error instanceof Problem)) return showErrors(form, NO_REPLY);
  switch (error.code) {
    case 'second-factor-required':
      askCode();
      return code.focus();
    case 'second-factor-enrolment':
      askCode();
      showEnrolment(error.enrolment);
      return code.focus();
    case 'second-factor-wrong':
      askCode();
      return showErrors(form, '', [{ field: 'code', detail: error.message }]);
    case 'too-many-tries':
      return showErrors(form, error.message);
    default:
      showErrors(form, error.message, error.errors);
      if (!error.errors.length) { password.select(); password.focus(); }
  }
}

function askCode() {
  byId('code-field').hidden = false;
}

function showEnrolment({ secret, uri, qr }) {
  const box = byId('enrolment');
  box.hidden = false;
  const groups = secret.replace(/\s/g, '').match(/.{1,4}/g).join(' ');
  box.replaceChildren(
    h('p', {}, french('Votre compte d’agent demande un code à six chiffres à chaque connexion. Avec une application d’authentification, photographiez ce carré :')),
    ...(qr ? [square(qr)] : []),
    h('p', {}, french('ou ajoutez-y un compte avec cette clé :')),
    h('code', {}, groups),
    h('p', {}, h('a', { href: uri }, 'Ouvrir l’application d’authentification')),
    h('p', { class: 'hint' }, 'Puis écrivez ici le code qu’elle affiche.'),
  );
}

/** Black on white by day and by night, each square so many whole pixels, with the white edge that cameras look for. */
const SQUARE = 5;
const square = ({ size, path }) => svg('svg', { class: 'qr', width: String((size + 8) * SQUARE), height: String((size + 8) * SQUARE), viewBox: `-4 -4 ${size + 8} ${size + 8}`, role: 'img', 'aria-label': 'Carré à photographier avec l’application d’authentification', 'shape-rendering': 'crispEdges' },
  svg('rect', { x: '-4', y: '-4', width: String(size + 8), height: String(size + 8), fill: 'white' }), svg('path', { d: path, fill: 'black' }));
