// Files on their way: two at a time, each with its progress; one that fails stops no other.

import { askToSend, NoReply, Problem, removeDocument, sendFile } from '../../lib/api.js';

const AT_ONCE = 2;
const NOTHING = 'A'.repeat(43) + '=';
const LOST = 'L’envoi s’est arrêté : pas de réponse. Vérifiez votre connexion, puis reprenez.';

/** `changed` is told of every change of an upload, `arrived` of each one that storage has. */
export function openSending(place, { largest, changed, arrived }) {
  const uploads = [];
  const step = (upload, change) => { Object.assign(upload, change); changed(upload); };

  async function run(upload) {
    upload.aborted = new AbortController();
    const { signal } = upload.aborted;
    try {
      step(upload, { state: 'sending', sent: 0, message: '' });
      const permission = await askToSend(place, { ...upload.offer, sha256: await digest(upload.file, largest) });
      upload.document = permission.document;
      if (signal.aborted) return;
      await sendFile(permission, upload.file, { signal, onProgress: (sent) => step(upload, { sent }) });
      step(upload, { state: 'checking', sent: upload.file.size });
      arrived(upload);
    } catch (error) {
      if (error.name === 'AbortError') return;
      // A refusal is final for this file; anything else can be tried again, as the same document.
      step(upload, { state: 'failed', message: error instanceof Problem ? error.message : LOST, again: error instanceof NoReply });
    } finally {
      next();
    }
  }

  function next() {
    const busy = uploads.filter((upload) => upload.state === 'sending').length;
    uploads.filter((upload) => upload.state === 'waiting').slice(0, AT_ONCE - busy).forEach(run);
  }

  return {
    uploads,
    busy: () => uploads.some((upload) => ['waiting', 'sending'].includes(upload.state)),
    add(file, { kind, child, title, about }) {
      const offer = { request: crypto.randomUUID(), kind, child: child || null, name: shown(file.name), mime: file.type, bytes: file.size };
      uploads.push({ file, offer, kind, child: child || null, title, about, state: 'waiting', sent: 0, message: '' });
      changed(uploads.at(-1));
      next();
    },
    again(upload) {
      step(upload, { state: 'waiting' });
      next();
    },
    /** Gives an upload up: what storage may have of it is taken back. */
    giveUp(upload) {
      upload.aborted?.abort();
      uploads.splice(uploads.indexOf(upload), 1);
      if (upload.document) removeDocument(place, upload.document).catch(() => {});
      step(upload, { state: 'given up' });
      next();
    },
    done(upload) {
      uploads.splice(uploads.indexOf(upload), 1);
    },
  };
}

/** The name without what cannot be written in a request; the server shortens it. */
const shown = (name) => name.replace(/\p{Cc}/gu, ' ').slice(-900) || 'document';

/** SHA-256 in base64. A file that is too large is not read: the server says so by its size. */
async function digest(file, largest) {
  if (file.size > largest) return NOTHING;
  const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(hash)));
}
