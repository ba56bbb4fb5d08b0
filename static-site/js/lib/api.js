// The only module that talks to the server: one function per operation of the API.

import { forgetIdentity, keepRenewed, keepUntaken, renewedAt } from './memory.js';

const REPLY_WITHIN = 15_000;
const RENEW_AFTER = 10 * 60_000;

/** The server said no, in words (RFC 9457). */
export class Problem extends Error {
  constructor(problem) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.errors = problem.errors ?? [];
    this.enrolment = problem.enrolment;
    this.changed = problem.changed ?? [];
    this.address = problem.address;
  }
}

/** Nobody knows what the server did: no reply, or one that cannot be read. */
export class NoReply extends Error {}

async function once(method, path, body) {
  let reply;
  let content = null;
  try {
    reply = await fetch(path, {
      method,
      headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.timeout(REPLY_WITHIN),
    });
    const text = await reply.text();
    content = text ? JSON.parse(text) : null;
  } catch (cause) {
    throw new NoReply('no reply', { cause });
  }
  if (reply.ok) return content;
  if (reply.status >= 500 || !content?.code) throw new NoReply(`status ${reply.status}`);
  throw new Problem(content);
}

/** What is no JSON, and after what a part of it goes on. */
async function bytes(method, path, body) {
  let reply;
  let problem;
  try {
    reply = await fetch(path, { method, headers: body && { 'content-type': 'application/json' }, body: body && JSON.stringify(body), cache: 'no-store', signal: AbortSignal.timeout(REPLY_WITHIN) });
    if (reply.ok) return { content: await reply.blob(), next: reply.headers.get('x-next') };
    problem = reply.status < 500 ? await reply.json() : null;
  } catch (cause) {
    throw new NoReply('no reply', { cause });
  }
  if (!problem?.code) throw new NoReply(`status ${reply.status}`);
  throw new Problem(problem);
}

/** A file as an address that this page alone knows. */
const file = async (method, path, body) => URL.createObjectURL((await bytes(method, path, body)).content);

const isSignedOut = (error) => error instanceof Problem && error.status === 401;

/** Asks as someone signed in: an expired token is renewed once, a lost session leads to sign-in; `untaken()`: what is said there. */
async function signedIn(ask, untaken = () => null) {
  try {
    return await proven(ask);
  } catch (error) {
    if (!isSignedOut(error)) throw error;
  }
  try {
    await renew(0);
    return await proven(ask);
  } catch (error) {
    if (!isSignedOut(error)) throw error;
    return leave(untaken());
  }
}

const call = (method, path, body) => signedIn(() => once(method, path, body), () => (method === 'GET' ? null : namer(body) ?? {}));

let asksForProof = async () => false;
/** How the page asks for the second factor once more: `ask(show)` resolves with whether it was shown. */
export const proveBy = (ask) => { asksForProof = ask; };

/** What is grave wants the second factor once more: then it is asked for, and the call repeated. */
async function proven(ask) {
  try {
    return await ask();
  } catch (error) {
    if (!await provesNow(error)) throw error;
    return ask();
  }
}

/** Whether that was all that was missing, and it was shown. */
const provesNow = async (error) => error.code === 'second-factor-again' && asksForProof((code) => once('POST', '/api/session/second-factor', { code }));

let namer = () => null;
/** The page's words for what it was doing when a session ended; `name(body)` is asked before the page is left. */
export const nameUntaken = (name) => { namer = name; };

/** Two tabs must not renew at once: the second one finds it done. */
async function renew(olderThan) {
  const asked = Date.now();
  const work = async () => {
    if (renewedAt() > asked - olderThan) return;
    await once('POST', '/api/session/renew');
    keepRenewed();
  };
  return navigator.locks ? navigator.locks.request('preau.renew', work) : work();
}

/** Keeps the session of someone who is using the page; a failure shows at the next real call. */
export function renewInUse() {
  if (Date.now() - renewedAt() > RENEW_AFTER) renew(RENEW_AFTER).catch(() => {});
}

/** `untaken`: what the server did not take because the session had ended; said where one signs in again. */
function leave(untaken) {
  if (untaken) keepUntaken(untaken);
  forgetIdentity();
  location.replace(`/?suite=${encodeURIComponent(location.pathname + location.search)}`);
  return new Promise(() => {}); // the page is going away: nothing more is to be painted
}

const family = (place) => `/api/organisations/${encodeURIComponent(place.organisation)}/families/${encodeURIComponent(place.family)}`;
const ofDay = (day) => (day ? `?day=${day}` : '');

export async function signIn(name, password, code) {
  const identity = await once('POST', '/api/session', { name, password, ...(code && { code }) });
  keepRenewed();
  return identity;
}

/** The identity where a session is still open, else a problem; nobody is led anywhere. */
export async function openSession() {
  try {
    return await once('GET', '/api/session');
  } catch (error) {
    if (!isSignedOut(error)) throw error;
  }
  await renew(0);
  return once('GET', '/api/session');
}

export const showIdentity = () => call('GET', '/api/session');
export const signOut = () => once('DELETE', '/api/session');
export const askPasswordReset = (name) => once('POST', '/api/password/forgotten', { name });
export const resetPassword = (token, password) => once('POST', '/api/password/reset', { token, password });
export const showAccount = () => call('GET', '/api/account');
export const changeIdentifiant = (change) => call('PUT', '/api/account/identifiant', change);
export const askMelChange = (change) => call('PUT', '/api/account/mel', change);
export const confirmMel = (token) => once('POST', '/api/mel/confirm', { token });
export const changePassword = (change) => call('PUT', '/api/account/password', change);
export const endSession = (session) => call('DELETE', `/api/account/sessions/${encodeURIComponent(session)}`);
export const endOtherSessions = () => call('DELETE', '/api/account/sessions');
export const makeRecoveryCodes = (proof) => call('POST', '/api/account/recovery-codes', proof);
export const showDeletion = () => call('GET', '/api/account/deletion');
export const deleteAccount = (proof) => call('POST', '/api/account/deletion', proof);
export const readInvitation = (token) => once('POST', '/api/invitation/read', { token });
export const acceptInvitation = (acceptance) => once('POST', '/api/invitation/accept', acceptance);
export const showWeek = (place, day) => call('GET', `${family(place)}/week${ofDay(day)}`);
/** `weeks`: so many before and after that of the day, too. */
export const showHistory = (place, day, weeks = 0) => call('GET', `${family(place)}/history?${new URLSearchParams({ ...(day && { day }), ...(weeks && { weeks }) })}`);
export const changeBooking = (place, click) => call('PUT', `${family(place)}/bookings`, click);
export const changeDay = (place, click) => call('PUT', `${family(place)}/days`, click);
export const showFamily = (place) => call('GET', family(place));
export const sendInvitation = (place, invitation) => call('POST', `${family(place)}/invitations`, invitation);
export const showDossier = (place) => call('GET', `${family(place)}/dossier`);
export const saveDossier = (place, changes) => call('PUT', `${family(place)}/dossier`, changes);
export const showHealth = (place) => call('GET', `${family(place)}/health`);
export const decideCheck = (place, decision) => call('PUT', `${family(place)}/checks`, decision);
export const keepChild = (place, child, kept) => call('PUT', `${family(place)}/children/${encodeURIComponent(child)}`, kept);
export const showSummary = (place) => call('GET', `${family(place)}/summary`);
export const writeNote = (place, note) => call('POST', `${family(place)}/notes`, note);
export const takeNoteBack = (place, note) => call('DELETE', `${family(place)}/notes/${encodeURIComponent(note)}`);
export const showSituations = (place) => call('GET', `${family(place)}/situations`);
export const setSituation = (place, situation) => call('POST', `${family(place)}/situations`, situation);
export const listCorrections = (place) => call('GET', `${family(place)}/corrections`);
export const correctMonth = (place, correction) => call('POST', `${family(place)}/corrections`, correction);
export const showInformation = (organisation) => call('GET', `/api/organisations/${encodeURIComponent(organisation)}/information`);
export const acceptRules = (organisation, rules, version) => call('PUT', `${office(organisation)}/rules/${encodeURIComponent(rules)}/acceptance`, { version });
export const listAcceptances = (organisation, rules) => call('GET', `${office(organisation)}/rules/${encodeURIComponent(rules)}/acceptances`);
export const showMenus = (organisation, day) => call('GET', `${office(organisation)}/menus${ofDay(day)}`);
export const writeMenu = (organisation, activity, day, menu) => call('PUT', `${office(organisation)}/menus/${encodeURIComponent(activity)}/${day}`, menu);
export const listNews = (organisation) => call('GET', `${office(organisation)}/news`);
export const writeNews = (organisation, id, news) => call('PUT', `${office(organisation)}/news/${id}`, news);
export const takeNewsAway = (organisation, id) => call('DELETE', `${office(organisation)}/news/${id}`);
export const showLegal = (organisation) => once('GET', `${office(organisation)}/legal`);
export const search = (organisation, text) => call('GET', `/api/organisations/${encodeURIComponent(organisation)}/search?q=${encodeURIComponent(text)}`);
/** The families of what is found, each once, with the adults by whom it was. */
export async function findFamilies(organisation, text) {
  const { hits, more } = await search(organisation, text);
  const families = new Map(hits.map(({ family }) => [family.id, { ...family, adults: [] }]));
  for (const hit of hits) if (hit.by === 'adult') families.get(hit.family.id).adults.push(hit.text);
  return { families: [...families.values()], more };
}
export const listFamilies = (organisation, conditions) => call('GET', `/api/organisations/${encodeURIComponent(organisation)}/families?${new URLSearchParams(conditions)}`);
export const listAbonnements = (place) => call('GET', `${family(place)}/abonnements`);
export const saveAbonnement = (place, id, abonnement) => call('PUT', `${family(place)}/abonnements/${id}`, abonnement);
export const costAbonnement = (place, id, abonnement) => call('POST', `${family(place)}/abonnements/${id}/cost`, abonnement);
export const endAbonnement = (place, id) => call('DELETE', `${family(place)}/abonnements/${id}`);
export const undoChange = (place, made, undo) => call('POST', `${family(place)}/changes/${encodeURIComponent(made)}/undo`, undo);
export const declareAbsence = (place, absence) => call('POST', `${family(place)}/absences`, absence);
export const showWishes = (place) => call('GET', `${family(place)}/wishes`);
export const changeWishes = (place, wishes) => call('PUT', `${family(place)}/wishes`, wishes);
export const makeFeed = (place) => call('POST', `${family(place)}/feed`);
export const endFeed = (place) => call('DELETE', `${family(place)}/feed`);

const office = (organisation) => `/api/organisations/${encodeURIComponent(organisation)}`;

export const listAgents = (organisation) => call('GET', `${office(organisation)}/agents`);
export const inviteAgent = (organisation, invitation) => call('POST', `${office(organisation)}/agents`, invitation);
export const changeRole = (organisation, account, change) => call('PUT', `${office(organisation)}/agents/${encodeURIComponent(account)}`, change);
export const endRole = (organisation, account) => call('DELETE', `${office(organisation)}/agents/${encodeURIComponent(account)}`);
export const resendToAgent = (organisation, id, request) => call('POST', `${office(organisation)}/invitations/${encodeURIComponent(id)}`, { request });
export const withdrawFromAgent = (organisation, id) => call('DELETE', `${office(organisation)}/invitations/${encodeURIComponent(id)}`);
export const resendToAdult = (place, id, request) => call('POST', `${family(place)}/invitations/${encodeURIComponent(id)}`, { request });
export const withdrawFromAdult = (place, id) => call('DELETE', `${family(place)}/invitations/${encodeURIComponent(id)}`);
export const resetSecondFactor = (organisation, account) => call('POST', `${office(organisation)}/agents/${encodeURIComponent(account)}/second-factor-reset`);
export const listSecurityEvents = (organisation) => call('GET', `${office(organisation)}/security-events`);
/** The address of the file: the browser opens it like any page. */
export const securityEventsFile = (organisation) => `${office(organisation)}/security-events/file`;
export const listMembers = (place) => call('GET', `${family(place)}/members`);
export const endMembership = (place, adult) => call('DELETE', `${family(place)}/members/${encodeURIComponent(adult)}`);
export const listChecks = (organisation) => call('GET', `${office(organisation)}/checks`);
export const makeFamily = (organisation, family) => call('POST', `${office(organisation)}/families`, family);
export const showToday = (organisation, day) => call('GET', `${office(organisation)}/today${ofDay(day)}`);
/** The same, of a page that nobody touches: it renews no session, and leads nobody to sign-in. */
export const glanceAtToday = (organisation, day) => once('GET', `${office(organisation)}/today${ofDay(day)}`);
export const showAttendance = (organisation, { day, activity }) => call('GET', `${office(organisation)}/attendance?${new URLSearchParams({ ...(day && { day }), ...(activity && { activity }) })}`);
export const noteAttendance = (organisation, note) => call('PUT', `${office(organisation)}/attendance`, note);
export const markPresent = (organisation, lines) => call('PUT', `${office(organisation)}/attendance/present`, lines);
export const listClosings = (organisation) => call('GET', `${office(organisation)}/closings`);
export const previewClosing = (organisation, { from, to, activities }) => call('GET', `${office(organisation)}/closings/preview?${new URLSearchParams({ from, to, activities: activities.join(',') })}`);
export const closeDays = (organisation, id, closing) => call('PUT', `${office(organisation)}/closings/${id}`, closing);
export const reopenDays = (organisation, id) => call('DELETE', `${office(organisation)}/closings/${id}`);

export const listInvoices = (place) => call('GET', `${family(place)}/invoices`);
/** The address of an invoice's PDF: the browser opens it like any page. */
export const invoiceFile = (place, number) => `${family(place)}/invoices/${encodeURIComponent(number)}/file`;
export const listMailTroubles = (organisation) => call('GET', `${office(organisation)}/mail-troubles`);
export const listDebts = (organisation, after = '') => call('GET', `${office(organisation)}/debts?${new URLSearchParams({ after })}`);
export const debtsFile = (organisation) => `${office(organisation)}/debts/file`;
/** A sheet that is read part by part, in one text. */
export async function wholeSheet(path) {
  let text = '';
  let after = '';
  do {
    const part = await sheetPart(`${path}?${new URLSearchParams({ after })}`);
    text += part.text;
    after = part.next;
  } while (after);
  return text;
}

async function sheetPart(path) {
  const { content, next } = await signedIn(() => bytes('GET', path));
  return { text: await content.text(), next };
}

export const journalFile = (organisation, month) => `${office(organisation)}/journal/${month}`;
const afterFamily = (family) => (family ? `?${new URLSearchParams({ after: family })}` : '');
export const listCertificates = (organisation, year, after) => call('GET', `${office(organisation)}/certificates/${year}${afterFamily(after)}`);
/** The PDF with the certificates of a page of families. */
export const certificatesFile = (organisation, year, after) => signedIn(() => file('GET', `${office(organisation)}/certificates/${year}/file${afterFamily(after)}`));
export const certificateFile = (place, year) => `${family(place)}/certificates/${year}`;
export const recordPayment = (place, payment) => call('POST', `${family(place)}/payments`, payment);
export const buyTickets = (place, purchase) => call('POST', `${family(place)}/tickets`, purchase);
export const writeOff = (place, number, decision) => call('POST', `${family(place)}/invoices/${encodeURIComponent(number)}/write-off`, decision);
export const makeCreditNote = (place, number, note) => call('POST', `${family(place)}/invoices/${encodeURIComponent(number)}/credit-note`, note);
export const makeInvoice = (place, invoice) => call('POST', `${family(place)}/invoices`, invoice);
export const listRuns = (organisation) => call('GET', `${office(organisation)}/runs`);
export const showRun = (organisation, period) => call('GET', `${office(organisation)}/runs/${period}`);
export const changeRun = (organisation, period, action) => call('PUT', `${office(organisation)}/runs/${period}`, { action });
export const beginPayment = (place, payment) => call('POST', `${family(place)}/online-payments`, payment);
export const checkPayment = (place, attempt) => call('POST', `${family(place)}/online-payments/${encodeURIComponent(attempt)}/check`);
export const listDoubts = (organisation) => call('GET', `${office(organisation)}/online-payments`);
export const settleDoubt = (place, attempt, decision) => call('PUT', `${family(place)}/online-payments/${attempt}`, decision);
export const tryProvider = (organisation) => call('POST', `${office(organisation)}/online-payments/trial`);
export const readInvoiceLink = (token) => once('POST', '/api/invoice-link/read', { token });

export const listDocuments = (place) => call('GET', `${family(place)}/documents`);
export const askToSend = (place, offer) => call('POST', `${family(place)}/documents`, offer);
export const removeDocument = (place, id) => call('DELETE', `${family(place)}/documents/${encodeURIComponent(id)}`);
export const makeDocumentLink = (place, id) => call('POST', `${family(place)}/documents/${encodeURIComponent(id)}/link`);
/** The address of a small picture of a document. */
export const documentPreview = (place, id) => `${family(place)}/documents/${encodeURIComponent(id)}/preview`;
export const decideOnDocument = (place, id, decision) => call('PUT', `${family(place)}/documents/${encodeURIComponent(id)}/decision`, decision);
export const listWaitingDocuments = (organisation) => call('GET', `${office(organisation)}/documents`);

/**
 * Sends a file straight to storage by a permission of the server. Resolves once storage has it; told how far it is.
 * A request of another origin, with the progress that fetch does not tell.
 */
export function sendFile({ method, url, headers }, file, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded));
    request.addEventListener('load', () => {
      // 412: it is there already, by a try whose answer was lost.
      if (request.status === 200 || request.status === 412) resolve();
      else reject(new NoReply(`storage ${request.status}`));
    });
    request.addEventListener('error', () => reject(new NoReply('no reply')));
    request.addEventListener('abort', () => reject(new DOMException('given up', 'AbortError')));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

/** The PDF that the link of a mail opens. */
export const linkedInvoiceFile = (token) => file('POST', '/api/invoice-link/file', { token });

export const showPrivacy = (place) => call('GET', `${family(place)}/privacy`);
export const askArchive = (place, request) => call('POST', `${family(place)}/archives`, { request });
/** An address of storage that answers for a minute. */
export const linkArchive = (place, id) => call('POST', `${family(place)}/archives/${id}/link`);
export const askErasure = (place, name) => call('POST', `${family(place)}/erasure`, { name });
export const withdrawErasure = (place) => call('DELETE', `${family(place)}/erasure`);
export const listErasures = (organisation) => call('GET', `${office(organisation)}/erasures`);
export const decideErasure = (organisation, of, decision) => call('PUT', `${office(organisation)}/erasures/${encodeURIComponent(of)}`, decision);
