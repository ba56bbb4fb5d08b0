// The ticket beside an abonnement that is being written: how many days, what they cost, which of them were changed by hand.
// Asked of the server a moment after the last change; heard once things rest.

import { announce } from '../../lib/announce.js';
import { shortDate } from '../../lib/dates.js';
import { h } from '../../lib/dom.js';
import { counted, french, listed } from '../../lib/text.js';

const PAUSE = 350; // ms after the last change
const REST = 1000; // ms before it is heard

export const daysOf = (cost) => counted(cost.days, 'jour', 'jours');
/** "68 jours, 251,60 €" */
export const inShort = (cost) => [daysOf(cost), cost.amount].filter(Boolean).join(', ');

/** on.shown(cost or null): what is known now; `place`: { days, amount, each, byHand } */
export class CostTicket {
  constructor(place, ask, on) {
    this.place = place;
    this.ask = ask;
    this.on = on;
    this.asked = 0;
  }

  /** What is asked of the server now; null while there is nothing to count. */
  count(body) {
    clearTimeout(this.soon);
    clearTimeout(this.heard);
    this.asked += 1;
    if (!body) return this.show(null);
    this.soon = setTimeout(() => this.read(body, this.asked), PAUSE);
  }

  async read(body, asked) {
    const cost = await this.ask(body).catch(() => null); // what is wrong with it is said when it is sent
    if (asked !== this.asked) return;
    this.show(cost);
    if (cost) this.heard = setTimeout(() => announce(`${daysOf(cost)}${cost.amount ? `, soit ${cost.amount}` : ''}.`), REST);
  }

  show(cost) {
    const { days, amount, each, byHand } = this.place;
    days.hidden = !cost;
    amount.hidden = !cost?.amount;
    each.hidden = !cost || cost.days === 0;
    if (cost) days.textContent = daysOf(cost);
    amount.textContent = cost?.amount ? `soit ${cost.amount}` : '';
    each.textContent = cost?.each ? `à ${cost.each} le jour, facturés mois par mois` : cost?.amount ? 'facturés mois par mois' : 'Le prix n’est pas encore publié.';
    this.showByHand(byHand, cost);
    this.on.shown(cost);
  }

  showByHand(place, cost) {
    const days = cost?.by_hand ?? [];
    const box = place.querySelector('input');
    if (days.length === 0) box.checked = false;
    place.hidden = days.length === 0;
    if (place.hidden) return;
    const one = days.length === 1;
    place.querySelector('legend').textContent = one ? 'Un jour que vous aviez changé' : 'Des jours que vous aviez changés';
    const some = days.slice(0, 5).map(({ day }) => shortDate(day));
    const names = days.length > 5 ? [...some, counted(days.length - 5, 'autre', 'autres')] : some;
    place.querySelector('[data-days]').textContent = french(`Annulé${one ? '' : 's'} à la main, ${one ? 'il n’est pas touché' : 'ils ne sont pas touchés'} : ${listed(names)}.`);
    place.querySelector('label span').replaceChildren(one ? 'L’inscrire quand même' : 'Les inscrire quand même', h('span', { class: 'hint' }, inShort(cost.with_those)));
  }
}
