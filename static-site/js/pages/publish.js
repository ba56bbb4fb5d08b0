// Publier: for agents of the desk, the news and the menus of a week; and who has not accepted the rules.
//
// Hooks for the browser's tests: #news-form, #news-said, #news-list, #menu-form, #menu-said, #acceptances.

import { listAcceptances, listNews, Problem, showInformation, showMenus, takeNewsAway, writeMenu, writeNews } from '../lib/api.js';
import { addDays, longDate, readDate, shortDate } from '../lib/dates.js';
import { byId, h, setText } from '../lib/dom.js';
import { chosenOrganisation, mayIn } from '../lib/identity.js';
import { counted, french } from '../lib/text.js';
import { allFilled, clearErrors, mark, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

const newsForm = byId('news-form');
const menuForm = byId('menu-form');
const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);
const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Paris' });
let organisation;
let editing = null;
let menus = null;

start();

async function start() {
  const identity = await openFrame({ ask: true });
  organisation = chosenOrganisation(identity);
  const query = new URLSearchParams({ organisation: organisation ?? '' });
  if (!mayIn(identity, organisation, 'publish')) return location.replace(`/informations.html?${query}`);
  onSubmit(newsForm, saveNews);
  onSubmit(menuForm, saveMenu);
  byId('news-new').addEventListener('click', () => edit(null));
  menuForm.elements.canteen.addEventListener('change', paintDays);
  for (const [id, step] of [['menu-previous', 'previous'], ['menu-next', 'next']]) byId(id).addEventListener('click', () => readMenus(menus[step]));
  edit(null);
  await Promise.all([readNews(), readMenus(null), readAcceptances()]);
}

async function readNews() {
  try {
    const { news } = await listNews(organisation);
    byId('news-list').replaceChildren(...news.map(item));
  } catch (error) {
    byId('news-list').replaceChildren(h('li', { class: 'refusal' }, words(error)));
  }
}

const item = (news) => h('li', { 'data-news': news.id },
  h('span', {}, french(`${news.title}, ${longDate(news.day)}`), news.to && h('span', { class: 'second' }, `, jusqu’au ${longDate(news.to)}`)),
  h('span', {},
    h('button', { type: 'button', class: 'button', onclick: () => edit(news) }, 'Changer', h('span', { class: 'only-heard' }, ` « ${news.title} »`)), ' ',
    h('button', { type: 'button', class: 'button', onclick: () => remove(news) }, 'Retirer', h('span', { class: 'only-heard' }, ` « ${news.title} »`))));

function edit(news) {
  editing = news ?? { id: crypto.randomUUID(), version: 0, day: today };
  const { title, text, day, from, to } = newsForm.elements;
  title.value = editing.title ?? '';
  text.value = editing.text ?? '';
  day.value = longDate(editing.day);
  from.value = editing.from ? longDate(editing.from) : '';
  to.value = editing.to ? longDate(editing.to) : '';
  setText(byId('news-title'), news ? 'Changer cette actualité' : 'Écrire une actualité');
  byId('news-new').hidden = !news;
  clearErrors(newsForm);
  if (news) title.focus();
}

/** The days as typed; each that cannot be read is marked. */
function days(form, names) {
  const read = {};
  for (const name of names) {
    const text = form.elements[name].value.trim();
    read[name] = text ? readDate(text, today) : null;
    if (text && !read[name]) mark(form.elements[name], 'Écrivez un jour, comme 28 mai 2026 ou 28/05/2026.');
  }
  form.querySelector('[aria-invalid=true]')?.focus();
  return form.querySelector('[aria-invalid=true]') ? null : read;
}

async function saveNews() {
  clearErrors(newsForm);
  setText(byId('news-said'), '');
  if (!allFilled(newsForm)) return;
  const dated = days(newsForm, ['day', 'from', 'to']);
  if (!dated) return;
  const paragraphs = newsForm.elements.text.value.split('\n').map((line) => line.trim()).filter(Boolean);
  try {
    await writeNews(organisation, editing.id, { title: newsForm.elements.title.value.trim(), paragraphs, ...dated, version: editing.version });
    edit(null);
    setText(byId('news-said'), 'C’est publié.');
    await readNews();
  } catch (error) {
    const errors = (error.errors ?? []).map((one) => ({ ...one, field: one.field === 'paragraphs' ? 'text' : one.field }));
    showErrors(newsForm, words(error), errors);
  }
}

async function remove(news) {
  try {
    await takeNewsAway(organisation, news.id);
    setText(byId('news-said'), french(`« ${news.title} » est retirée.`));
    if (editing.id === news.id) edit(null);
  } catch (error) {
    setText(byId('news-said'), words(error));
  }
  await readNews();
}

async function readMenus(day) {
  try {
    menus = await showMenus(organisation, day);
  } catch (error) {
    return showErrors(menuForm, words(error));
  }
  const { canteen } = menuForm.elements;
  const chosen = canteen.value;
  // A canteen that has menus comes first: most activities serve nothing.
  const sorted = [...menus.canteens].sort((a, b) => (b.days.length > 0) - (a.days.length > 0));
  canteen.replaceChildren(...sorted.map((one) => h('option', { value: one.activity, selected: one.activity === chosen }, one.name)));
  setText(byId('menu-week'), menus.title);
  paintDays();
}

const chosenMenu = () => menus.canteens.find((one) => one.activity === menuForm.elements.canteen.value);

function paintDays() {
  clearErrors(menuForm);
  const { days: written } = chosenMenu();
  byId('menu-days').replaceChildren(...[0, 1, 2, 3, 4].map((at) => {
    const day = addDays(menus.monday, at);
    return dayFields(day, written.find((one) => one.day === day));
  }));
}

function dayFields(day, menu) {
  const field = (name, label, tag, attributes, value) => {
    const input = h(tag, { id: `${name}-${day}`, name: name === 'dishes' ? day : `${name}-${day}`, ...attributes });
    input.value = value;
    return h('div', { class: 'field' }, h('label', { for: input.id }, label), input);
  };
  return h('fieldset', { 'data-day': day }, h('legend', {}, shortDate(day)),
    field('dishes', 'Plats, un par ligne', 'textarea', { rows: 4 }, menu?.dishes.join('\n') ?? ''),
    h('div', { class: 'span' },
      field('labels', 'Labels', 'input', { maxlength: 200, autocomplete: 'off' }, menu?.labels ?? ''),
      field('allergens', 'Allergènes', 'input', { maxlength: 200, autocomplete: 'off' }, menu?.allergens ?? '')));
}

async function saveMenu() {
  clearErrors(menuForm);
  setText(byId('menu-said'), '');
  const menu = chosenMenu();
  const typed = [...byId('menu-days').children].map((set) => {
    const { day } = set.dataset;
    const value = (name) => byId(`${name}-${day}`).value.trim();
    return { day, dishes: value('dishes').split('\n').map((line) => line.trim()).filter(Boolean), labels: value('labels'), allergens: value('allergens') };
  });
  // Days at the week's end have no field here: what was written of them stays.
  const kept = menu.days.filter(({ day }) => !typed.some((one) => one.day === day));
  try {
    await writeMenu(organisation, menu.activity, menus.monday, { days: [...typed.filter((one) => one.dishes.length), ...kept], version: menu.version });
    setText(byId('menu-said'), 'Le menu est publié.');
    await readMenus(menus.monday);
  } catch (error) {
    showErrors(menuForm, words(error), error.errors);
  }
}

async function readAcceptances() {
  try {
    const { rules } = await showInformation(organisation);
    const all = await Promise.all(rules.map(({ id }) => listAcceptances(organisation, id)));
    byId('acceptances').replaceChildren(...all.map(acceptance));
  } catch (error) {
    byId('acceptances').replaceChildren(h('p', { class: 'refusal' }, words(error)));
  }
}

const acceptance = ({ title, version, accepted, missing }) => h('div', {},
  h('h3', { class: 'inner' }, french(`${title}, version ${version}`)),
  h('p', {}, missing.length ? french(`${counted(missing.length, 'famille ne l’a pas accepté', 'familles ne l’ont pas accepté')} : ${missing.join(', ')}.`) : 'Toutes les familles l’ont accepté.'),
  accepted.length > 0 && h('details', {}, h('summary', {}, `Accepté par ${counted(accepted.length, 'adulte', 'adultes')}`), h('ul', { class: 'listed' }, accepted.map(({ name, day }) => h('li', {}, `${name}, le ${longDate(day)}`)))));
