// Which document somebody means: by the page's address, or by a number that they type in. Values in, values out.

const IDENTIFIER = /^(dec|out)_[A-Za-z0-9_-]{1,80}$/;

/** @typedef {{kind: 'decision'|'opt-out', id: string}} Wanted */

/** A number of its own, or within an address or a sentence that was copied whole. @param {string} text @returns {Wanted|null} */
export function wantedIn(text) {
  const [id = ''] = /(?:dec|out)_[A-Za-z0-9_-]+/.exec(text) ?? [];
  if (!IDENTIFIER.test(id)) return null;
  return { kind: id.startsWith('dec_') ? 'decision' : 'opt-out', id };
}

/** What somebody typed in before the page's script was there to look: the form then sends it to the page itself. @param {string} search */
export const typedIn = (search) => new URLSearchParams(search).get('number');

/** What the page's address asks for. @param {string} search */
export function wantedBy(search) {
  const query = new URLSearchParams(search);
  return wantedIn(query.get('decision') ?? query.get('opt-out') ?? typedIn(search) ?? '');
}

/** The address of this page that shows it. @param {Wanted} wanted */
export const addressOf = ({ kind, id }) => `/rights?${kind}=${encodeURIComponent(id)}`;

/** Where the server has it. @param {Wanted} wanted */
export const sourceOf = ({ kind, id }) => `/v1/${kind === 'decision' ? 'decisions' : 'opt-outs'}/${encodeURIComponent(id)}`;
