// The hours of a child, in place of the foot: typed as one writes them, or set to now; of an absent child whether it is
// excused. What must be known of it is said in full, and leads to its dossier.

import { byId, h, setText } from '../../lib/dom.js';
import { keptIdentity } from '../../lib/memory.js';
import { french } from '../../lib/text.js';
import { isAbsent, presentAs, readHour, shownHour } from './presence.js';
import { barredOf, careOf, dossierOf, reasonOf } from './tile.js';

/** The hour on the clock of Paris, as the portal has it: "8:05". */
export function hourNow() {
  const kept = keptIdentity();
  const now = kept?.identity.now ? Date.parse(kept.identity.now) + Date.now() - kept.at : Date.now();
  const [hour, minute] = new Date(now).toLocaleTimeString('fr-FR', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' }).split(':');
  return `${Number(hour)}:${minute}`;
}

export class Hours {
  /** `keep(child, mark)` asks for a mark; `line(child)` is the line as it is shown; `closed(child)` when the foot is back. */
  constructor({ organisation, line, keep, closed }) {
    Object.assign(this, { organisation, line, keep, closed, child: null });
    const form = byId('hours');
    this.form = form;
    form.addEventListener('submit', (event) => { event.preventDefault(); this.submit(); });
    form.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.close(); });
    byId('hours-close').addEventListener('click', () => this.close());
    byId('hours-now').addEventListener('click', () => this.setNow());
    for (const button of byId('excuse').children) button.addEventListener('click', () => this.excuse(button.dataset.excuse));
  }

  /** `focus`: a person asked for the fields; a tap that sets an hour leaves the focus where it is. */
  open(child, focus) {
    this.child = child;
    this.form.hidden = false;
    document.body.classList.add('hours-open');
    this.paint();
    if (focus) (this.form.querySelector('input:not([hidden] *)') ?? this.form.querySelector('[aria-pressed=true]') ?? byId('hours-close')).focus();
  }

  close() {
    if (!this.child) return;
    const child = this.child;
    const within = this.form.contains(document.activeElement);
    this.child = null;
    this.form.hidden = true;
    document.body.classList.remove('hours-open');
    this.closed(child, within);
  }

  /** The fields say what the line says, but for one that somebody is typing into. */
  paint() {
    const line = this.child && this.line(this.child);
    if (!line) return this.close();
    const absent = isAbsent(line.presence);
    const care = careOf(line);
    const known = [barredOf(line) && h('b', { class: 'barred' }, barredOf(line)), care && h('a', { href: dossierOf(this.organisation, line) }, `${care} : à lire`), reasonOf(line) && h('span', { class: 'second' }, reasonOf(line))].filter(Boolean);
    const drawn = JSON.stringify([line.child, known.map((one) => one.textContent)]);
    if (this.drawn !== drawn) byId('hours-who').replaceChildren(h('span', {}, h('b', {}, line.first_name), ` ${line.family_name}`), ...known);
    this.drawn = drawn;
    byId('hours-fields').hidden = absent;
    byId('excuse').hidden = !absent;
    this.form.querySelector('[type=submit]').hidden = absent;
    for (const button of byId('excuse').children) button.setAttribute('aria-pressed', String(button.dataset.excuse === line.presence));
    for (const field of ['arrived', 'left']) {
      const input = this.form.elements[field];
      if (input === document.activeElement) continue;
      input.value = shownHour(line[field]);
      input.removeAttribute('aria-invalid');
    }
    setText(byId('hours-said'), '');
  }

  setNow() {
    const { arrived, left } = this.form.elements;
    const input = arrived.value.trim() ? left : arrived;
    input.value = shownHour(hourNow());
    input.focus();
  }

  submit() {
    const line = this.line(this.child);
    const hours = {};
    for (const field of ['arrived', 'left']) {
      const input = this.form.elements[field];
      hours[field] = readHour(input.value);
      input.toggleAttribute('aria-invalid', hours[field] === undefined);
      if (hours[field] === undefined) {
        setText(byId('hours-said'), french('Écrivez l’heure ainsi : 8 h 30.'));
        return input.focus();
      }
    }
    const child = this.child;
    this.close();
    this.keep(child, { presence: presentAs(line), ...hours });
  }

  excuse(presence) {
    this.keep(this.child, { presence, arrived: null, left: null });
    this.paint();
  }
}
