// What stands in a dossier and what was typed over it: texts by place, and where the two meet somebody else's.
//
// A place is a name of the wire: fiche.chantal.mobile, collects.nounou.chloe, child.chloe.allergies, billing.

const HEALTH = ['allergies', 'diet', 'pai', 'doctor', 'doctor_phone'];

export class Sheet {
  base = new Map(); // as the server has it, or as it was read when it was typed over
  typed = new Map(); // what differs
  conflicts = new Map(); // what somebody else wrote where this person typed: their text, null when the fiche is gone
  adds = [];
  ends = [];

  /** Takes what the server has: untouched places follow it, touched ones keep what was typed and tell where they meet. */
  take(dossier, health) {
    const now = texts(dossier, health);
    const gone = (place) => !now.has(place);
    this.adds = this.adds.filter((id) => !dossier.fiches.some((fiche) => fiche.id === id));
    this.ends = this.ends.filter((id) => dossier.fiches.some((fiche) => fiche.id === id));
    for (const place of [...this.typed.keys()]) {
      const fresh = this.adds.some((id) => place.startsWith(`fiche.${id}.`) || place.startsWith(`collects.${id}.`));
      if (fresh || (gone(place) && place.startsWith('child.') && !health)) continue;
      const theirs = gone(place) ? null : now.get(place);
      if (theirs === this.typed.get(place)) this.typed.delete(place);
      else if (theirs !== this.was(place)) this.conflicts.set(place, theirs);
    }
    for (const [place, text] of now) if (!this.typed.has(place)) this.base.set(place, text);
    for (const place of [...this.base.keys()]) if (gone(place) && !this.typed.has(place)) this.base.delete(place);
  }

  was(place) { return this.base.get(place) ?? ''; }
  now(place) { return this.typed.get(place) ?? this.was(place); }
  changed(place) { return this.typed.has(place); }

  type(place, text) {
    if (text === this.was(place)) this.typed.delete(place);
    else this.typed.set(place, text);
  }

  /** The person has chosen: their own words over the other's, or the other's. */
  settle(place, mine) {
    const theirs = this.conflicts.get(place);
    this.conflicts.delete(place);
    this.base.set(place, theirs ?? '');
    if (!mine || this.typed.get(place) === theirs) this.typed.delete(place);
  }

  /** A fiche somebody else has ended: written again as a new one, or let go with what was typed into it. */
  settleFiche(id, again, known) {
    const places = [...new Set([...this.base.keys(), ...this.typed.keys()])].filter((place) => place.startsWith(`fiche.${id}.`) || place.startsWith(`collects.${id}.`));
    const texts = places.map((place) => [place, this.now(place)]);
    for (const place of places) { this.conflicts.delete(place); this.typed.delete(place); this.base.delete(place); }
    if (!again) return;
    this.adds.push(id);
    const all = new Map([...Object.entries(known).filter(([place]) => place.startsWith(`fiche.${id}.`)), ...texts]);
    for (const [place, text] of all) if (text) this.typed.set(place, text);
  }

  add() {
    const id = crypto.randomUUID().replaceAll('-', '');
    this.adds.push(id);
    return id;
  }

  /** Ends a fiche when it is validated; a new one is simply forgotten. */
  end(id) {
    if (this.adds.includes(id)) {
      this.adds = this.adds.filter((one) => one !== id);
      for (const place of [...this.typed.keys()]) if (place.split('.')[1] === id && !place.startsWith('child.')) this.typed.delete(place);
      if (this.typed.get('billing') === id) this.typed.delete('billing');
    } else {
      this.ends.push(id);
    }
  }

  undoEnd(id) { this.ends = this.ends.filter((one) => one !== id); }

  /** How many changes a person would count: a new fiche is one, whatever is in it. */
  count() {
    const ofNew = (place) => this.adds.includes(place.split('.')[1]) && !place.startsWith('child.');
    return [...this.typed.keys()].filter((place) => !ofNew(place)).length + this.adds.length + this.ends.length;
  }

  /** What is sent. */
  save() {
    const ending = (place) => this.ends.includes(place.split('.')[1]) && !place.startsWith('child.');
    const changes = [...this.typed].filter(([place]) => !ending(place)).map(([place, now]) => ({ place, was: this.was(place), now }));
    return { adds: this.adds, changes, ends: this.ends };
  }

  /** What is kept in this tab, and taken up again after a reload. */
  draft() {
    if (this.count() === 0) return null;
    return { typed: [...this.typed].map(([place, now]) => [place, this.was(place), now]), adds: this.adds, ends: this.ends };
  }

  restore(draft) {
    this.adds = draft.adds;
    this.ends = draft.ends;
    for (const [place, was, now] of draft.typed) { this.base.set(place, was); this.typed.set(place, now); }
  }
}

/** Every text of a dossier, by place. */
function texts(dossier, health) {
  const all = new Map([['billing', dossier.billing]]);
  for (const fiche of dossier.fiches) {
    for (const { name } of dossier.fields) all.set(`fiche.${fiche.id}.${name}`, fiche.values[name] ?? '');
    for (const child of dossier.children) all.set(`collects.${fiche.id}.${child.id}`, fiche.collects[child.id] ?? '');
  }
  for (const child of dossier.children) {
    all.set(`child.${child.id}.first_name`, child.first_name);
    all.set(`child.${child.id}.born`, child.born);
    for (const { id } of dossier.consents) all.set(`consent.${child.id}.${id}`, child.answers[id]?.current ? child.answers[id].answer : '');
  }
  for (const child of health?.children ?? []) {
    for (const field of HEALTH) all.set(`child.${child.id}.${field}`, child.values[field] ?? '');
  }
  return all;
}
