// Agents: who works for the organisation, as what; for those who administer.
//
// Hooks for the browser's tests: #agents [data-account], #invite-form, #agents-said.

import { changeRole, endRole, inviteAgent, listAgents, Problem } from '../lib/api.js';
import { byId, h, setText } from '../lib/dom.js';
import { french } from '../lib/text.js';
import { askedTwice } from '../components/confirm/confirm.js';
import { allFilled, clearErrors, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

const ROLES = { reader: 'Lecture', desk: 'Accueil', treasurer: 'Régie', administrator: 'Administration' };
const organisation = byId('organisation');
const form = byId('invite-form');
const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

start();

async function start() {
  const roles = (await openFrame({ ask: true })).roles.filter(({ may }) => may.includes('administer'));
  if (roles.length === 0) return location.replace('/agent.html');
  organisation.replaceChildren(...roles.map((role) => h('option', { value: role.organisation }, role.organisation_name)));
  byId('organisation-field').hidden = roles.length < 2;
  organisation.addEventListener('change', read);
  form.elements.role.replaceChildren(...options('reader'));
  onSubmit(form, invite);
  await read();
}

const options = (chosen) => Object.entries(ROLES).map(([role, word]) => h('option', { value: role, selected: role === chosen }, word));

async function read() {
  try {
    const { agents } = await listAgents(organisation.value);
    byId('agents').replaceChildren(...agents.sort((a, b) => a.name.localeCompare(b.name, 'fr')).map(row));
    byId('page-error').replaceChildren();
    byId('invite').hidden = false;
  } catch (error) {
    byId('page-error').replaceChildren(h('p', { class: 'refusal', role: 'alert' }, words(error)), h('button', { type: 'button', class: 'button', onclick: read }, 'Relire'));
  }
}

function row(agent) {
  const role = h('select', { id: `role-${agent.account}` }, options(agent.role));
  const heard = h('span', { class: 'only-heard' }, ` de ${agent.name}`);
  const change = () => act(() => changeRole(organisation.value, agent.account, { role: role.value, version: agent.version }), `${agent.name} : ${ROLES[role.value].toLowerCase()}, dès maintenant.`);
  const end = () => act(() => endRole(organisation.value, agent.account), `${agent.name} n’est plus agent. Ses connexions sont fermées.`);
  return h('li', { 'data-account': agent.account },
    h('h2', {}, agent.you ? `${agent.name} (vous)` : agent.name),
    h('div', { class: 'does' },
      h('div', { class: 'field' }, h('label', { for: role.id }, 'Rôle', heard), role),
      h('button', { type: 'button', class: 'button', onclick: change }, 'Changer le rôle', heard.cloneNode(true)),
      askedTwice('Retirer', ` ${agent.name} des agents`, `Oui, retirer ${agent.name}`, end)));
}

async function act(work, sentence) {
  try {
    await work();
    await read();
    setText(byId('agents-said'), french(sentence));
  } catch (error) {
    setText(byId('agents-said'), words(error));
    await read();
  }
}

async function invite() {
  clearErrors(form);
  setText(byId('invite-said'), '');
  if (!allFilled(form)) return;
  const typed = { mel: form.elements.mel.value.trim(), role: form.elements.role.value };
  const key = JSON.stringify(typed);
  // The same words sent again after a lost reply are the same request: one mail only.
  if (form.dataset.sent !== key) Object.assign(form.dataset, { sent: key, request: crypto.randomUUID() });
  try {
    const { message } = await inviteAgent(organisation.value, { request: form.dataset.request, ...typed });
    setText(byId('invite-said'), french(message));
    delete form.dataset.sent;
    form.reset();
  } catch (error) {
    showErrors(form, words(error), error.errors);
  }
}
