// What a roll tells around its tiles: the help, what is left by class and in all, the one big button, and what can be undone.

import { byId, h, setText } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { countsOf } from './groups.js';
import { classTabs } from './tabs.js';
import { countWords, restWords } from './words.js';

/** What a tap does here, or why it does nothing; who else marks comes before it. */
export function helpOf({ may, frozen, others, mode, day, today, countsHours }) {
  if (frozen) return 'L’appel se fait le jour même ou après.';
  if (!may) return 'Avec votre rôle, l’appel se lit ; il se fait à l’accueil ou à l’administration.';
  if (others.size > 0) return `${[...others].join(', ')} ${others.size > 1 ? 'pointent' : 'pointe'} aussi cette activité.`;
  if (mode === 'hours') return day === today ? 'Un appui : arrivée maintenant. Un second : départ. Les heures se corrigent en bas.' : 'Un appui sur un enfant ouvre ses heures, en bas.';
  const cycle = 'Un appui : présent. Un second : absent. Un troisième efface.';
  // At a desk the keys stand beside it.
  if (matchMedia('(min-width: 80rem) and (pointer: fine)').matches) return cycle;
  return `${cycle} ${countsHours ? 'Appui long, ou « Heures » : arrivée et départ.' : 'Appui long : le reste.'}`;
}

/** Counts anew. Nothing is drawn again that has not changed, so that the focus stays. */
export function tell(roll) {
  const all = roll.seen(true);
  const list = byId('classes').firstElementChild;
  classTabs(list, all, { chosen: roll.view.class ?? null, frozen: roll.frozen, choose: (name) => roll.choose(name) });
  byId('classes').hidden = list.children.length < 3;
  countWords(byId('counts'), all, roll.frozen);
  for (const rest of roll.place.querySelectorAll('[data-section]')) {
    const lines = [...rest.closest('section').querySelectorAll('[data-child]')].map((one) => roll.line(one.dataset.child));
    setText(rest, restWords(lines.filter(Boolean), roll.frozen));
  }
  const typing = Boolean(roll.hours.child);
  tellRest(roll, typing);
  tellUndo(roll, typing);
  byId('counts').hidden = typing;
  byId('foot').hidden = roll.lines().length === 0;
}

/** The verb carries the number it can really do: an absence that was announced is not among them. */
function tellRest(roll, typing) {
  const lines = roll.seen();
  const { left } = countsOf(lines);
  const free = lines.filter((line) => line.booked && !line.presence && !line.absence).length;
  const button = byId('all-present');
  button.hidden = roll.locked || free === 0 || typing || roll.mode === 'hours';
  const whole = left > 1 ? `Les ${left} qui restent` : 'Le dernier qui reste';
  const who = free === left ? whole : `${free} des ${left} qui restent`;
  const where = roll.view.class && h('span', { class: 'where' }, ` en ${roll.view.class}`);
  const end = french(` : ${free > 1 ? 'présents' : 'présent'}`);
  if (button.textContent !== `${who}${where?.textContent ?? ''}${end}`) button.replaceChildren(h('span', {}, who, where, end));
}

/** At the foot the newest; in the margin of a desk the last two, each with its own button. */
function tellUndo(roll, typing) {
  const { made, newest } = roll.undos;
  byId('undo').hidden = !newest || typing;
  if (newest) setText(byId('undo'), french(`Défaire : ${newest.words}`));
  const list = byId('deeds');
  list.parentElement.hidden = !newest;
  const last = made.slice(0, 2);
  if (last.length === list.children.length && last.every((deed, at) => list.children[at].deed === deed)) return;
  list.replaceChildren(...last.map((deed) => {
    const [who, what] = deed.name ? deed.words.split(', ') : [deed.words];
    const item = h('li', {}, h('span', {}, what ? `${who} ${deed.name}, ${what}.` : `${who}.`), h('button', { type: 'button', class: 'link', onclick: () => roll.undo(deed) }, 'Défaire', h('span', { class: 'only-heard' }, french(` : ${deed.words}`))));
    item.deed = deed;
    return item;
  }));
}
