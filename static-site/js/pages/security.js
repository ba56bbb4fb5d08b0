// Sécurité: what happened to the agents' accounts in a year; for those who administer.
//
// Hooks for the browser's tests: #events [data-event], #security-file.

import { listSecurityEvents, Problem, securityEventsFile, wholeSheet } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { longDate } from '../lib/dates.js';
import { byId, h } from '../lib/dom.js';
import { saveSheet } from '../lib/save.js';
import { french } from '../lib/text.js';
import { officeOf, trouble } from '../components/desk/office.js';
import { NO_REPLY } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

const WORDS = {
  'signed-in': 'Connexion', 'sign-in-failed': 'Connexion manquée', invited: 'Invitation', 'invitation-withdrawn': 'Invitation retirée',
  'invitation-accepted': 'Invitation acceptée', 'role-changed': 'Rôle changé', 'role-ended': 'Rôle retiré',
  'second-factor-reset': 'Code à six chiffres remis à zéro', 'recovery-codes-made': 'Codes de secours créés', exported: 'Fichier exporté',
};
const CLOCK = new Intl.DateTimeFormat('fr-FR', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Paris' });
const DAY = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: 'Europe/Paris' });

let office;

start();

async function start() {
  office = officeOf(await openFrame());
  if (!office) return;
  if (!office.may.includes('administer')) return location.replace('/familles.html');
  byId('security-file').href = securityEventsFile(office.organisation);
  byId('security-file').onclick = download;
  await read();
}

/** The file wants the second factor, which a link by itself cannot ask for. */
async function download(event) {
  event.preventDefault();
  try {
    saveSheet(await wholeSheet(securityEventsFile(office.organisation)), 'securite.csv');
    byId('page-error').replaceChildren();
  } catch (error) {
    const words = french(error instanceof Problem ? error.message : NO_REPLY);
    byId('page-error').replaceChildren(...trouble(words, read));
    announce(words);
  }
}

async function read() {
  try {
    const { events } = await listSecurityEvents(office.organisation);
    byId('page-error').replaceChildren();
    byId('events').replaceChildren(...(events.length ? events.map(row) : [h('li', { class: 'serif' }, 'Rien pour l’instant.')]));
  } catch (error) {
    const words = french(error instanceof Problem ? error.message : NO_REPLY);
    byId('page-error').replaceChildren(...trouble(words, read));
    announce(words);
  }
}

function row({ at, event, who, about, more }) {
  const instant = new Date(at);
  const by = who && who !== about ? `par ${who}` : '';
  const rest = [about, more, by].filter(Boolean).join(', ');
  return h('li', { 'data-event': event },
    h('time', { datetime: at, class: 'second' }, `${longDate(DAY.format(instant))}, ${CLOCK.format(instant)}`), ' ',
    h('span', {}, h('strong', {}, WORDS[event] ?? event), rest ? `\u00a0: ${rest}` : ''));
}
