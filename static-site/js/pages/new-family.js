// Nouvelle famille: an agent makes the dossier with its first adult, then goes on in the dossier.

import { makeFamily, Problem } from '../lib/api.js';
import { byId } from '../lib/dom.js';
import { officeOf } from '../components/desk/office.js';
import { clearErrors, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

const form = byId('new-family');
let office;
// The same form sent again after a lost reply is the same family.
const request = crypto.randomUUID();

start();

async function start() {
  office = officeOf(await openFrame({ ask: true }));
  if (office) onSubmit(form, make);
}

async function make() {
  clearErrors(form);
  try {
    const typed = Object.fromEntries(new FormData(form));
    const { id } = await makeFamily(office.organisation, { request, ...typed });
    location.assign(`/dossier.html?${new URLSearchParams({ organisation: office.organisation, famille: id, fiche: 'enfants' })}`);
  } catch (error) {
    showErrors(form, error instanceof Problem ? error.message : NO_REPLY, error.errors);
  }
}
