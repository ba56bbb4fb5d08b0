// What this browser keeps between pages: names to show and where one was, never a secret, cleared at sign-out.

const KEPT = 'preau.identity';
const PLACE = 'preau.organisation-name';
const LAST = 'preau.last-family';
const RENEWED = 'preau.renewed';
const TYPED = 'preau.identifiant';
const SHOWN = 'preau.shown';
const WAITING = 'preau.waiting';
const PLACE_ID = 'preau.organisation';
const KEYS = 'preau.single-keys';

// A browser may refuse storage altogether: the pages then only ask the server more often.
function attempt(work) {
  try { return work(); } catch { return null; }
}
const read = (key) => attempt(() => JSON.parse(localStorage.getItem(key)));
const write = (key, value) => attempt(() => localStorage.setItem(key, JSON.stringify(value)));
const forget = (...keys) => attempt(() => keys.forEach((key) => localStorage.removeItem(key)));

export const keptIdentity = () => read(KEPT);
export const keepIdentity = (identity) => write(KEPT, { identity, at: Date.now() });
export const forgetIdentity = () => forget(KEPT, LAST, RENEWED, SHOWN, WAITING);

export const organisationName = () => read(PLACE);
export const keepOrganisationName = (name) => write(PLACE, name);

export const lastFamily = () => read(LAST);
export const keepLastFamily = (organisation, family) => write(LAST, { organisation, family });

/** Whose door one last went through: it is named there, with its phone. */
export const lastOrganisation = () => read(PLACE_ID);
export const keepLastOrganisation = (organisation) => write(PLACE_ID, organisation);

/** How many documents and rules waited for the family, and when that was read. */
export const keptWaiting = () => read(WAITING);
export const keepWaiting = (waiting) => write(WAITING, waiting);

/** On a phone: the child whose days are shown, or '' for the whole family. */
export const shownChild = () => read(SHOWN);
export const keepShownChild = (child) => write(SHOWN, child);

/** Whether single keys act on agents' pages: a habit of who sits here, kept when one signs out. */
export const singleKeys = () => read(KEYS) ?? true;
export const keepSingleKeys = (on) => write(KEYS, on);

export const renewedAt = () => read(RENEWED) ?? 0;
export const keepRenewed = () => write(RENEWED, Date.now());

// What was typed into a dossier and not validated: in this tab only, gone with it, with signing out and with validating.
const DRAFT = 'preau.draft.';
export const keptDraft = (key) => attempt(() => JSON.parse(sessionStorage.getItem(DRAFT + key)));
export const keepDraft = (key, draft) => attempt(() => (draft ? sessionStorage.setItem(DRAFT + key, JSON.stringify(draft)) : sessionStorage.removeItem(DRAFT + key)));
export const forgetDrafts = () => attempt(() => Object.keys(sessionStorage).filter((key) => key.startsWith(DRAFT)).forEach((key) => sessionStorage.removeItem(key)));

// The list of families that an agent looked at last, in this tab: whose it is, its address and words, and who stands in it.
const LIST = `${DRAFT}list`;
export const keepList = (list) => attempt(() => sessionStorage.setItem(LIST, JSON.stringify(list)));
export const keptList = () => attempt(() => JSON.parse(sessionStorage.getItem(LIST)));

// What was not taken because a session had ended: in this tab, from the click to the page after signing in again.
const UNTAKEN = `${DRAFT}untaken`;
export const keepUntaken = (untaken) => attempt(() => sessionStorage.setItem(UNTAKEN, JSON.stringify({ ...untaken, identifiant: keptIdentity()?.identity.account.identifiant })));
export const keptUntaken = () => attempt(() => JSON.parse(sessionStorage.getItem(UNTAKEN)));
/** What this page was doing; null when it was another page, or nothing. */
export function takeUntaken(page) {
  const untaken = keptUntaken();
  if (untaken?.page !== page) return null;
  attempt(() => sessionStorage.removeItem(UNTAKEN));
  return untaken;
}

// From the invitation to sign-in, in this tab only.
export const keepIdentifiant = (text) => attempt(() => sessionStorage.setItem(TYPED, text));
export const takeIdentifiant = () => attempt(() => {
  const text = sessionStorage.getItem(TYPED);
  sessionStorage.removeItem(TYPED);
  return text;
});
