// Several families, one account: which one the pages are about, and links to the others.

import { h } from '../../lib/dom.js';

/** Nothing where there is one family, or where an agent looks at another's. */
export function familySwitch(margin, families, chosen) {
  margin.querySelector('.families')?.remove();
  if (families.length < 2 || !families.includes(chosen)) return;
  const places = new Set(families.map((one) => one.organisation));
  const said = (one) => (places.size > 1 ? `${one.family_name}, ${one.organisation_name}` : one.family_name);
  const items = families.map((one) => h('li', {}, h('a', { href: pageOf(one), 'aria-current': one === chosen && 'true' }, `Famille ${said(one)}`)));
  const box = h('details', { class: 'families' },
    h('summary', {}, `Famille ${chosen.family_name}`, h('span', { class: 'only-heard' }, ' : changer de dossier')),
    h('ul', {}, items));
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !box.open) return;
    box.open = false;
    box.firstElementChild.focus();
  });
  margin.querySelector('.organisation').after(box);
}

/** The same page, and the same day, for another family; what else the address says belongs to this one. */
function pageOf({ organisation, family }) {
  const day = new URLSearchParams(location.search).get('jour');
  return `${location.pathname}?${new URLSearchParams({ organisation, famille: family, ...(day && { jour: day }) })}`;
}
