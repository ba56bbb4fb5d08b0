// Whose page an agent reads: the family is named in the heading and in the title, before anything is shown or done.

import { Problem, showFamily } from '../../lib/api.js';
import { announce } from '../../lib/announce.js';
import { byId } from '../../lib/dom.js';
import { french } from '../../lib/text.js';
import { NO_REPLY } from '../field/field.js';
import { nameFamily } from '../frame/frame.js';
import { trouble } from './office.js';

/** True when the page may go on: it is one's own family's, or an agent's and says whose it is. */
export async function sayWhose(identity, family, words) {
  if (identity.families.includes(family)) return true;
  try {
    nameFamily(words, (await showFamily(family)).name);
    return true;
  } catch (error) {
    const sentence = french(error instanceof Problem ? error.message : NO_REPLY);
    byId('page-error').replaceChildren(...trouble(sentence, () => location.reload()));
    announce(sentence);
    return false;
  }
}
