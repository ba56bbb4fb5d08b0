// The tax certificates of all families of a year that is over: read a page of families at a time, printed a file a page.
// Accessibility: how far it is stands in a status; each file has a button that says how many certificates it holds.

import { certificatesFile, listCertificates, Problem } from '../../lib/api.js';
import { byId, h, setText } from '../../lib/dom.js';
import { counted, french } from '../../lib/text.js';
import { NO_REPLY } from '../field/field.js';

const YEARS = 3;

/** Opens the block; `last` is the month before this one, "2015-04": its year, or the one before, is over. */
export function openCertificates(organisation, last) {
  const [year, month] = last.split('-').map(Number);
  const over = month === 12 ? year : year - 1;
  byId('certificates').hidden = false;
  const select = byId('certificate-year');
  if (select.options.length === 0) select.append(...Array.from({ length: YEARS }, (_, back) => h('option', { value: String(over - back) }, String(over - back))));
  byId('show-certificates').onclick = () => show(organisation, select.value);
}

async function show(organisation, year) {
  const button = byId('show-certificates');
  button.disabled = true;
  byId('certificate-list').replaceChildren();
  let after = null;
  let made = 0;
  try {
    do {
      const page = await listCertificates(organisation, year, after);
      made += page.families.length;
      if (page.families.length) byId('certificate-list').append(file(organisation, year, after, page.families));
      after = page.next;
      setText(byId('certificates-said'), french(`${after ? 'En cours : ' : ''}${counted(made, 'attestation', 'attestations')} de ${year}.`));
    } while (after);
  } catch (error) {
    setText(byId('certificates-said'), french(error instanceof Problem ? error.message : NO_REPLY));
  } finally { button.disabled = false; }
}

function file(organisation, year, after, families) {
  const names = families.map(({ name, amount }) => `${name} (${amount})`).join(', ');
  return h('li', {},
    h('button', { type: 'button', class: 'button', 'data-certificates': String(families.length), onclick: (event) => print(event.currentTarget, organisation, year, after) }, french(`Imprimer ${counted(families.length, 'attestation', 'attestations')}`), h('span', { class: 'second small', 'aria-hidden': 'true' }, ' PDF')),
    h('span', { class: 'second' }, french(names)));
}

/** Opened beside the page; a browser that opens nothing by itself has a link in the button's place, for the next press. */
async function print(button, organisation, year, after) {
  button.disabled = true;
  try {
    const address = await certificatesFile(organisation, year, after);
    if (!open(address, '_blank')) button.replaceWith(h('a', { class: 'button', href: address, target: '_blank', 'data-certificates': button.dataset.certificates }, french('Ouvrir les attestations')));
  } catch (error) {
    setText(byId('certificates-said'), french(error instanceof Problem ? error.message : NO_REPLY));
  } finally { button.disabled = false; }
}
