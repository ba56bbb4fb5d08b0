// A page that some roles do not open leads to Aujourd'hui, which says so in one sentence.

import { byId, setText } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { ROLES } from '../frame/desk.js';

// As their titles have them.
const NAMES = {
  '/facturation.html': 'Facturation', '/fermetures.html': 'Fermetures et ouvertures', '/agents.html': 'Agents', '/securite.html': 'Sécurité',
  '/effacements.html': 'Effacements', '/a-verifier.html': 'À vérifier', '/documents-recus.html': 'Documents reçus',
  '/agent.html': 'Inviter un adulte', '/nouvelle-famille.html': 'Nouvelle famille',
};

/** The address says which page it was. */
export function sayNotOpened(office) {
  const name = NAMES[new URLSearchParams(location.search).get('page')];
  if (!name) return;
  byId('page-said').hidden = false;
  setText(byId('page-said'), french(`La page « ${name} » ne s’ouvre pas avec votre rôle, ${ROLES[office.role]} : demandez à qui administre.`));
}
