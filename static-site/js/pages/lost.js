// A page that is not there: which address it was, and ways on. Whoever this browser knows keeps the menu.

import { byId, setText } from '../lib/dom.js';
import { keptIdentity } from '../lib/memory.js';
import { openPublicFrame } from '../components/frame/frame.js';

openPublicFrame();
const path = decodeURI(location.pathname);
setText(byId('lost-path'), path.length > 60 ? `${path.slice(0, 60)}…` : path);
byId('lost-invoice').hidden = !/facture/.test(path);
byId('to-door').hidden = Boolean(keptIdentity());
byId('go-back').hidden = history.length < 2;
byId('go-back').addEventListener('click', () => history.back());
