// The legal pages: what depends on the organisation, which the address names, or which this browser was signed in to last.

import { showLegal } from '../lib/api.js';
import { h, setText } from '../lib/dom.js';
import { chosenOrganisation } from '../lib/identity.js';
import { keptIdentity } from '../lib/memory.js';
import { french } from '../lib/text.js';
import { openPublicFrame } from '../components/frame/frame.js';

const place = (name) => document.querySelector(`[data-${name}]`);

start();

async function start() {
  openPublicFrame();
  const kept = keptIdentity();
  const organisation = new URLSearchParams(location.search).get('organisation') ?? (kept && chosenOrganisation(kept.identity));
  if (!organisation) return;
  try {
    show(await showLegal(organisation));
  } catch { /* the page reads without it */ }
}

function show({ name, contact, legal }) {
  setText(place('organisation'), name);
  const reached = () => h('p', {}, `${name}${'\u00a0'}: `, h('a', { class: 'tel', href: `tel:${contact.phone.replace(/\s/g, '')}` }, french(contact.phone)), ', ', h('a', { href: `mailto:${contact.mel}` }, contact.mel), '.');
  place('contact')?.replaceChildren(reached());
  showCall(name, contact);
  place('publisher')?.replaceChildren(reached(), h('p', {}, contact.address.join(', ')), ...(legal.publisher ? [h('p', {}, french(`Directeur ou directrice de la publication : ${legal.publisher}.`))] : []));
  place('privacy')?.replaceChildren(h('p', { class: 'said' }, french(`Responsable de vos données : ${name}, ${contact.address.join(', ')}.`)));
  place('retention')?.replaceChildren(...(legal.retention.length ? [h('h3', { class: 'inner' }, name), h('ul', { class: 'listed serif' }, legal.retention.map((one) => h('li', {}, french(one))))] : []));
  if (legal.dpo_mel) place('dpo')?.replaceChildren(h('p', {}, french(`${legal.dpo_name ?? 'Délégué à la protection des données'} : `), h('a', { href: `mailto:${legal.dpo_mel}` }, legal.dpo_mel), '.'));
}

/** On the page of help: the number to call, large, and when somebody answers. */
function showCall(name, { phone, mel, opening_hours: hours }) {
  const box = place('call');
  if (!box) return;
  box.hidden = false;
  box.replaceChildren(
    h('p', {}, h('b', {}, 'Un problème, une question')),
    h('a', { class: 'button main', href: `tel:${phone.replace(/\s/g, '')}` }, french(phone)),
    ...hours.map((line) => h('p', { class: 'second' }, french(line))),
    h('p', { class: 'serif' }, french(`${name} est votre interlocutrice : elle seule inscrit après la limite, lit les documents et corrige une facture.`)),
    h('p', {}, h('a', { href: `mailto:${mel}` }, 'Lui écrire')),
  );
}
