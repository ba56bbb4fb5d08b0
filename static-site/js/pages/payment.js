// Votre paiement: where a family comes back to from the provider's page. The address proves nothing: the server asks
// the provider, and this page says what it answered.
//
// Hooks for the browser's tests: #state[data-state], #said, #again.

import { checkPayment, Problem } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { byId, setText } from '../lib/dom.js';
import { french } from '../lib/text.js';
import { NO_REPLY } from '../components/field/field.js';
import { openFrame } from '../components/frame/frame.js';

const TRIES = 8;
const PAUSE = 2500;
const WORDS = { opening: 'Pas encore confirmé', sent: 'Pas encore confirmé', paid: 'Reçu', refused: 'Refusé', cancelled: 'Annulé', abandoned: 'Sans suite', doubtful: 'À vérifier', dismissed: 'Non reçu' };

start();

async function start() {
  const query = new URLSearchParams(location.search);
  const place = { organisation: query.get('organisation') ?? '', family: query.get('famille') ?? '' };
  const attempt = query.get('paiement') ?? '';
  byId('back').search = new URLSearchParams({ organisation: place.organisation, famille: place.family });
  await openFrame();
  const follow = () => check(place, attempt, TRIES);
  byId('again').addEventListener('click', follow);
  await follow();
}

async function check(place, attempt, left) {
  byId('again').hidden = true;
  try {
    const { state, said, waits } = await checkPayment(place, attempt);
    show(state, said);
    if (!waits) return;
  } catch (error) {
    show('unknown', error instanceof Problem ? error.message : NO_REPLY);
    if (error instanceof Problem) return;
  }
  if (left > 1) setTimeout(() => check(place, attempt, left - 1), PAUSE);
  else byId('again').hidden = false;
}

/** Orange is a yes of the server: only what is paid. */
function show(state, said) {
  const mark = byId('state');
  mark.hidden = state === 'unknown';
  mark.className = state === 'paid' ? 'settled' : 'mark-word';
  mark.dataset.state = state;
  setText(mark, WORDS[state] ?? '');
  if (byId('said').textContent === french(said)) return;
  setText(byId('said'), french(said));
  announce(french(said));
}
