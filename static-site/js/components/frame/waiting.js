// What waits for a parent, beside its word in the menu: documents to send, rules to accept.
// Accessibility: the disc is seen, a sentence is heard: "Mes documents, 2 à envoyer".

import { listDocuments, showInformation } from '../../lib/api.js';
import { h } from '../../lib/dom.js';
import { chosenFamily, isAgentOnly } from '../../lib/identity.js';
import { keepWaiting, keptWaiting } from '../../lib/memory.js';
import { counted } from '../../lib/text.js';

const FRESH = 10 * 60_000;
const TO_SEND = ['rejected', 'refused', 'expired'];

/** Paints what was last known at once, then what is true, asked for at most every ten minutes. */
export async function showWaiting(identity) {
  const family = isAgentOnly(identity) ? null : chosenFamily(identity);
  if (!family || !identity.families.includes(family)) return;
  const key = `${family.organisation}|${family.family}`;
  const kept = keptWaiting();
  if (kept?.key === key) paint(kept);
  if (kept?.key === key && Date.now() - kept.at < FRESH) return;
  const [documents, information] = await Promise.allSettled([listDocuments(family), showInformation(family.organisation)]);
  tell(key, {
    documents: documents.value && documentsToSend(documents.value),
    rules: information.value && rulesToAccept(information.value),
  });
}

/** What was last known, on a page that asks for nothing. */
export function showKeptWaiting() {
  const kept = keptWaiting();
  if (kept) paint(kept);
}

/** A page that has read it anew says so: what is not named stays as it was known. */
export function waits(family, counts) { tell(`${family.organisation}|${family.family}`, counts); }

function tell(key, counts) {
  const kept = keptWaiting();
  const known = kept?.key === key ? kept : { documents: 0, rules: 0 };
  const now = { key, documents: counts.documents ?? known.documents, rules: counts.rules ?? known.rules, at: Date.now() };
  keepWaiting(now);
  paint(now);
}

/** The pieces that a family alone can bring: missing ones, and those that were not taken or are past. */
export function documentsToSend({ missing, documents }) {
  const of = ({ kind, child }) => `${kind}|${child ?? ''}`;
  const sent = new Map();
  for (const one of documents) if (!sent.has(of(one))) sent.set(of(one), one.standing);
  const again = [...sent].filter(([, standing]) => TO_SEND.includes(standing)).map(([place]) => place);
  return new Set([...again, ...missing.map(of).filter((place) => !sent.has(place))]).size;
}

export const rulesToAccept = ({ adult, rules }) => (adult ? rules.filter((one) => !one.accepted).length : 0);

function paint({ documents, rules }) {
  badge('/documents.html', documents, `${counted(documents, 'document', 'documents')} à envoyer`);
  badge('/informations.html', rules, `${counted(rules, 'règlement', 'règlements')} à accepter`);
}

function badge(page, count, words) {
  const link = document.querySelector(`.margin nav a[href^="${page}"]`);
  link?.querySelector('.badge')?.remove();
  if (link && count) link.append(h('span', { class: 'badge' }, h('span', { 'aria-hidden': 'true' }, String(count)), h('span', { class: 'only-heard' }, `, ${words}`)));
}
