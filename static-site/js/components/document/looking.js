// One document looked at: a small picture, what is known of it, its download, and taking it back.

import { documentPreview, makeDocumentLink, Problem, removeDocument } from '../../lib/api.js';
import { calm, isCalm } from '../../lib/calm.js';
import { byId, h, setText } from '../../lib/dom.js';
import { longDate } from '../../lib/dates.js';
import { french } from '../../lib/text.js';
import { NO_REPLY } from '../field/field.js';
import { paper } from './sheet.js';

export function look(place, document, { removable, removed }) {
  const dialog = byId('looking');
  const trouble = (error) => setText(byId('looking-error'), french(error instanceof Problem ? error.message : NO_REPLY));
  setText(byId('looking-title'), `${document.title}, ${document.about}`);
  setText(byId('looking-about'), `${document.name}, ${document.size}`);
  setText(byId('looking-said'), french(`${document.word}. ${document.sentence} Envoyé le ${longDate(document.sent)} par ${document.said}.`));
  setText(byId('looking-error'), '');
  byId('looking-picture').replaceChildren(picture(place, document));
  byId('download').onclick = () => download(place, document.id).catch(trouble);
  const remove = byId('remove');
  remove.hidden = !removable;
  setText(remove, 'Supprimer');
  remove.onclick = async () => {
    // Asked twice on the same button: nothing else is in the way, and Échap leaves. A double click only asks.
    if (isCalm(remove)) return;
    if (remove.textContent === 'Supprimer') { setText(remove, 'Supprimer pour de bon'); return calm(remove); }
    try {
      await removeDocument(place, document.id);
      dialog.close();
      removed();
    } catch (error) { trouble(error); }
  };
  byId('looking-close').onclick = () => dialog.close();
  dialog.showModal();
}

/** The small picture of a photo, or the drawing of a sheet. */
export function picture(place, document) {
  if (!document.preview) return paper('received');
  const image = h('img', { src: documentPreview(place, document.id), alt: `Aperçu : ${document.title}, ${document.about}` });
  image.addEventListener('error', () => image.replaceWith(paper('received')));
  return image;
}

/** The address lives for a minute: it is asked for on the click, and storage sends the file as a download. */
export async function download(place, id) {
  const { url } = await makeDocumentLink(place, id);
  location.assign(url);
}
