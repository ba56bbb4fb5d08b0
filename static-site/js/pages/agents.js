// Agents: who works for the organisation, as what; for those who administer.
//
// Hooks for the browser's tests: #agents [data-account], #invitations [data-invitation], #invite-form, #agents-said.

import { changeRole, endRole, inviteAgent, listAgents, Problem, resendToAgent, resetSecondFactor, withdrawFromAgent } from '../lib/api.js';
import { byId, h, setText } from '../lib/dom.js';
import { french } from '../lib/text.js';
import { askedTwice } from '../components/confirm/confirm.js';
import { allFilled, clearErrors, NO_REPLY, onSubmit, showErrors } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';
import { openInvitation } from '../components/open-invitations/open-invitations.js';

const ROLES = { reader: 'Lecture', desk: 'Accueil', treasurer: 'Régie', administrator: 'Administration' };
const organisation = byId('organisation');
const form = byId('invite-form');
const words = (error) => french(error instanceof Problem ? error.message : NO_REPLY);

start();

async function start() {
  const roles = (await openFrame({ ask: true })).roles.filter(({ may }) => may.includes('administer'));
  if (roles.length === 0) return location.replace('/familles.html');
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
    const { agents, invitations } = await listAgents(organisation.value);
    byId('invitations').replaceChildren(...invitations.map(invited));
    byId('open').hidden = invitations.length === 0;
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
  const reset = () => act(() => resetSecondFactor(organisation.value, agent.account), `${agent.name} réglera une nouvelle application à la prochaine connexion. Un mél le lui dit.`);
  return h('li', { 'data-account': agent.account },
    h('h2', {}, agent.you ? `${agent.name} (vous)` : agent.name),
    h('div', { class: 'does' },
      h('div', { class: 'field' }, h('label', { for: role.id }, 'Rôle', heard), role),
      h('button', { type: 'button', class: 'button', onclick: change }, 'Changer le rôle', heard.cloneNode(true)),
      askedTwice('Retirer', ` ${agent.name} des agents`, `Oui, retirer ${agent.name}`, end),
      agent.you ? '' : askedTwice('Remettre à zéro le code', ` à six chiffres de ${agent.name}`, `Oui, remettre à zéro le code de ${agent.name}`, reset)));
}

function invited(invitation) {
  return openInvitation(invitation, {
    as: ROLES[invitation.role],
    resend: (request) => act(() => resendToAgent(organisation.value, invitation.id, request), `L’invitation part de nouveau à ${invitation.mel}. Le lien d’avant ne sert plus.`),
    withdraw: () => act(() => withdrawFromAgent(organisation.value, invitation.id), `L’invitation de ${invitation.mel} est retirée.`),
  });
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
    await read();
  } catch (error) {
    showErrors(form, words(error), error.errors);
  }
}
