// Fermetures et ouvertures: an agent closes days, or opens them; families are told, what was paid is credited.
//
// Hooks for the browser's tests: form#closing, input[name=opens], input[name=activity], #from, #to, #name, #save, #outcome,
// dialog#confirm with #confirm-yes, [data-closing=ID] with button[data-lift].

import { closeDays, listClosings, previewClosing, Problem, reopenDays } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { fullDate, readDate, shortDate } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { counted, french, listed } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { clearErrors, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

const MOST = 20;
const form = byId('closing');
let office;
let known;
let request = {}; // the id of what is being sent: the same words sent again are the same decision

start();

async function start() {
  office = officeOf(await openFrame());
  if (!office) return;
  onSubmit(form, submit);
  for (const radio of form.elements.opens) radio.addEventListener('change', () => setText(byId('save'), opens() ? 'Ouvrir ces jours' : 'Fermer ces jours'));
  await read();
}

const opens = () => form.elements.opens.value === 'true';
const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);
const chosen = () => [...form.querySelectorAll('input[name=activity]:checked')].map((box) => box.value);

async function read() {
  try {
    known = await listClosings(office.organisation);
    byId('page-error').replaceChildren();
    if (form.hidden) {
      byId('activities').append(...known.activities.map((one) => h('label', {}, h('input', { type: 'checkbox', name: 'activity', value: one.id }), one.name)));
      setText(byId('save'), 'Fermer ces jours');
      form.hidden = false;
    }
    byId('decided').hidden = known.closings.length === 0;
    byId('closings').replaceChildren(...known.closings.map(item));
  } catch (error) {
    byId('page-error').replaceChildren(...trouble(words(error), read));
    announce(words(error));
  }
}

function span(from, to) {
  return from === to ? fullDate(from) : `du ${shortDate(from)} au ${fullDate(to)}`;
}

function item(one) {
  const what = `${one.opens ? 'Ouvert' : 'Fermé'} ${one.from === one.to ? 'le ' : ''}${span(one.from, one.to)} : ${one.names}`;
  const byHand = one.by_hand.length ? ` À voir à la main : ${one.by_hand.join(', ')}.` : '';
  const done = one.families
    ? `${counted(one.cancelled, 'inscription annulée', 'inscriptions annulées')} de ${counted(one.families, 'famille', 'familles')}.`
    : `${counted(one.cancelled, 'inscription annulée', 'inscriptions annulées')}.`;
  const followed = one.opens ? '' : one.finished ? done : `Les annulations sont en cours : ${done}`;
  return h('li', { 'data-closing': one.id },
    h('div', {}, h('h3', {}, one.name), h('p', {}, french(what)), h('p', { class: 'second' }, french(`${followed}${byHand} Décidé par ${one.said}.`)), ...toBeCalled(one.unreached)),
    h('p', {}, h('button', { type: 'button', class: 'button', 'data-lift': true, onclick: () => lift(one) }, 'Revenir à l’ordinaire', h('span', { class: 'only-heard' }, ` : ${what}`))));
}

/** The families that no mail reached, each with the way to its telephone. */
function toBeCalled(families) {
  if (!families.length) return [];
  const way = (family) => `/dossier.html?organisation=${encodeURIComponent(office.organisation)}&famille=${encodeURIComponent(family.id)}`;
  const links = families.flatMap((family, at) => [at ? ', ' : ' ', h('a', { href: way(family) }, family.name)]);
  return [h('p', { 'data-unreached': true }, french('À appeler, sans adresse mél :'), ...links, '.')];
}

/** Who will lose what: nobody says yes without knowing. */
async function concerned(body) {
  const { bookings, children, families } = await previewClosing(office.organisation, body);
  if (!bookings) return 'Personne n’y est inscrit.';
  const many = bookings > 1;
  return `${counted(bookings, 'inscription', 'inscriptions')} de ${counted(children, 'enfant', 'enfants')} (${counted(families, 'famille', 'familles')}) ${many ? 'sont annulées' : 'est annulée'}, les familles prévenues par mél, ce qui est payé leur est dû.`;
}

async function submit() {
  clearErrors(form);
  setText(byId('outcome'), '');
  const { from, to, name } = form.elements;
  const first = readDate(from.value, known.today);
  const body = { opens: opens(), activities: chosen(), from: first, to: to.value.trim() ? readDate(to.value, known.today) : first, name: name.value.trim() };
  const errors = [];
  if (!body.from) errors.push({ field: 'from', detail: 'Écrivez une date, par exemple 11/12/2026.' });
  if (to.value.trim() && !body.to) errors.push({ field: 'to', detail: 'Écrivez une date, par exemple 11/12/2026.' });
  if (body.name.length < 3) errors.push({ field: 'name', detail: 'Écrivez le motif en quelques mots : les familles le liront.' });
  if (errors.length) return showErrors(form, '', errors);
  const names = known.activities.filter((one) => body.activities.includes(one.id)).map((one) => one.name);
  const where = names.length ? listed(names) : 'toutes les activités';
  const verb = body.opens ? 'Ouvrir' : 'Fermer';
  let follows;
  try {
    follows = body.opens ? 'Les familles pourront y inscrire leurs enfants.' : await concerned(body);
  } catch (error) {
    return showErrors(form, words(error), error.errors);
  }
  if (!await confirmed(`${verb} ces jours`, `${verb} ${where}, ${span(body.from, body.to)} (${body.name}). ${follows}`)) return;
  const key = JSON.stringify(body);
  if (request.key !== key) request = { key, id: crypto.randomUUID() };
  try {
    const answer = await carryThrough(request.id, body);
    request = {};
    setText(byId('outcome'), french(answer.message));
    form.reset();
    setText(byId('save'), 'Fermer ces jours');
    await read();
  } catch (error) {
    showErrors(form, words(error), error.errors);
  }
}

/** A closure of many families takes several answers; each goes on where the last one stopped. */
async function carryThrough(id, body) {
  for (let turn = 1; turn <= MOST; turn += 1) {
    const answer = await closeDays(office.organisation, id, body);
    if (answer.finished) return answer;
    setText(byId('outcome'), french(answer.message));
  }
  return { message: 'Les annulations restantes se font d’elles-mêmes dans l’heure.' };
}

function confirmed(title, sentence) {
  const dialog = byId('confirm');
  setText(byId('confirm-title'), title);
  setText(byId('confirm-what'), french(sentence));
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => { dialog.onclose = () => resolve(dialog.returnValue === 'yes'); });
}

async function lift(one) {
  if (!await confirmed('Revenir à l’ordinaire', `${one.name}, ${span(one.from, one.to)} : ces jours sont de nouveau comme d’habitude. Ce qui a été annulé le reste.`)) return;
  try {
    const { message } = await reopenDays(office.organisation, one.id);
    setText(byId('outcome'), french(message));
    await read();
    byId('name').focus();
  } catch (error) {
    setText(byId('outcome'), words(error));
  }
}
