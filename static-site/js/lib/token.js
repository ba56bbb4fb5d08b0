// The secret of a mailed link: read from the fragment, which no server logs, and taken out of the address bar.

const token = location.hash.slice(1);
if (token) history.replaceState(null, '', location.pathname + location.search);

export const takenToken = () => token;
