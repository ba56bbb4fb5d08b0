// Mes méls et mon agenda: which mails an adult wants, and the secret address of the family's calendar.
//
// Hooks for the browser's tests: #digest, #reminder, #save, #saved, #make-feed, #feed-url, #end-feed.

import { changeWishes, endFeed, makeFeed, Problem, showWishes } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { calm, isCalm } from '../lib/calm.js';
import { byId, h, setText } from '../lib/dom.js';
import { chosenFamily } from '../lib/identity.js';
import { french } from '../lib/text.js';
import { sayWhose } from '../components/desk/whose.js';
import { clearErrors, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

const form = byId('wishes');
let family;

start();

async function start() {
  const identity = await openFrame();
  family = chosenFamily(identity);
  if (!family) return location.replace('/planning.html');
  byId('to-planning').href = `/planning.html?${new URLSearchParams({ organisation: family.organisation, famille: family.family })}`;
  onSubmit(form, save);
  byId('make-feed').addEventListener('click', make);
  byId('end-feed').addEventListener('click', end);
  byId('copy').addEventListener('click', copy);
  if (await sayWhose(identity, family, 'Méls et agenda')) await read();
}

const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

async function read() {
  try {
    const wishes = await showWishes(family);
    byId('page-error').replaceChildren();
    show(wishes);
    form.hidden = false;
    byId('feed').hidden = false;
    paintFeed(wishes.feed);
  } catch (error) {
    byId('page-error').replaceChildren(h('p', { class: 'refusal' }, words(error)), h('button', { type: 'button', class: 'button', onclick: read }, 'Relire'));
    announce(words(error));
  }
}

function show({ digest, reminder }) {
  form.elements.digest.checked = digest;
  form.elements.reminder.checked = reminder;
}

async function save() {
  clearErrors(form);
  setText(byId('saved'), '');
  try {
    show(await changeWishes(family, { digest: form.elements.digest.checked, reminder: form.elements.reminder.checked }));
    setText(byId('saved'), 'C’est enregistré.');
  } catch (error) {
    showErrors(form, words(error));
  }
}

function paintFeed(there) {
  setText(byId('make-feed'), there ? 'Remplacer l’adresse' : 'Créer l’adresse');
  byId('end-feed').hidden = !there;
}

/** A double click makes one address: the second would take away the one just shown. */
async function make() {
  const button = byId('make-feed');
  if (isCalm(button) || button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  try {
    const { url } = await makeFeed(family);
    byId('feed-url').value = url;
    leadToAgenda(url);
    byId('feed-shown').hidden = false;
    setText(byId('feed-said'), 'Votre adresse est prête. Une adresse précédente ne répond plus.');
    paintFeed(true);
    byId('feed-url').focus();
    byId('feed-url').select();
  } catch (error) {
    setText(byId('feed-said'), words(error));
  } finally {
    button.removeAttribute('aria-disabled');
    calm(button);
  }
}

/** The program that keeps the calendar of this device opens webcal addresses by itself. */
function leadToAgenda(url) {
  const webcal = url.replace(/^https?:/, 'webcal:');
  byId('add-feed').href = webcal;
  byId('google-feed').href = `https://calendar.google.com/calendar/r?${new URLSearchParams({ cid: webcal })}`;
}

async function copy() {
  const field = byId('feed-url');
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    setText(byId('feed-said'), 'L’adresse est copiée.');
  } catch {
    setText(byId('feed-said'), 'L’adresse est sélectionnée : copiez-la avec le clavier ou un appui long.');
  }
}

async function end() {
  try {
    await endFeed(family);
    byId('feed-shown').hidden = true;
    setText(byId('feed-said'), 'L’adresse ne répond plus.');
    paintFeed(false);
    byId('make-feed').focus();
  } catch (error) {
    setText(byId('feed-said'), words(error));
  }
}
