// Changes a list to what it should now be, node by node: what stays the same is not touched, so that neither the focus nor
// the place of who reads it is lost.

/** Makes the children of `parent` equal to `fresh`; children with the same `data-key` are the same. */
export function morphChildren(parent, fresh) {
  const keyed = new Map([...parent.children].filter((one) => one.dataset?.key).map((one) => [one.dataset.key, one]));
  const wanted = fresh.map((next, at) => {
    const key = next.dataset?.key;
    const known = key ? keyed.get(key) : parent.childNodes[at];
    return known && !(known.dataset?.key !== key) && alike(known, next) ? morph(known, next) : next;
  });
  const stays = new Set(wanted);
  for (const old of [...parent.childNodes]) if (!stays.has(old)) old.remove();
  wanted.forEach((one, at) => { if (parent.childNodes[at] !== one) parent.insertBefore(one, parent.childNodes[at] ?? null); });
}

const alike = (old, next) => old.nodeType === next.nodeType && old.nodeName === next.nodeName;

function morph(old, next) {
  if (old.isEqualNode(next)) return old;
  if (old.nodeType === Node.TEXT_NODE) {
    old.data = next.data;
    return old;
  }
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  morphChildren(old, [...next.childNodes]);
  return old;
}
