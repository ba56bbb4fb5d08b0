// Votre facture: opened by the link of a mail, without signing in; its token is in the fragment, which no server logs.
//
// Hooks for the browser's tests: #title, [data-invoice], a[download], #trouble.

import { linkedInvoiceFile, Problem, readInvoiceLink } from '../lib/api.js';
import { announce } from '../lib/announce.js';
import { byId, h, setText } from '../lib/dom.js';
import { french, withIban } from '../lib/text.js';
import { download, erased, ticket } from '../components/invoice/ticket.js';

start();

async function start() {
  const token = location.hash.slice(1); // it stays in the address: the page can be opened again
  try {
    const invoice = await readInvoiceLink(token);
    setText(document.querySelector('[data-organisation]'), invoice.organisation_name);
    setText(byId('title'), `${invoice.corrects ? 'Votre avoir' : 'Votre facture'}, ${invoice.amount}`);
    const actions = h('span');
    byId('invoice').replaceChildren(h('ul', { class: 'tickets' }, ticket(invoice, [actions])));
    byId('pay-online').hidden = !invoice.pays_online;
    byId('how-to-pay').hidden = invoice.how_to_pay.length === 0;
    byId('how').replaceChildren(...invoice.how_to_pay.map((sentence) => h('p', { class: 'serif' }, withIban(sentence))));
    announce(`${invoice.corrects ? 'Avoir' : 'Facture'} ${invoice.number}, ${invoice.amount}`);
    if (invoice.erased) return actions.replaceWith(erased());
    const address = await linkedInvoiceFile(token);
    actions.replaceWith(download(address, invoice.number, { download: `${invoice.number}.pdf` }));
  } catch (error) {
    setText(byId('trouble'), french(error instanceof Problem ? error.message : 'Pas de réponse du serveur. Rouvrez le lien de votre mél dans un instant.'));
  }
}
