// What the server's answer about a file means. Values in, values out.

export const MOST_BYTES = 50_000_000;

const NO_CREDENTIALS = {
  verdict: 'absent', is_own: false, signed_by: null, signed_at: null, generator: null, title: null, made_by_model: false, actions: [], ingredients: [],
  policy: null, policy_actions: [], labels: [], is_development: false, findings: [],
};

/** The answer with all its fields: what is not there is not known. */
export function whole(answer) {
  return {
    taken_down: false, decision: null, is_altered: null, watermark: null, explanation: '', made_at: null, model: null, kind: null,
    ...answer,
    credentials: { ...NO_CREDENTIALS, ...answer.credentials },
  };
}

const holds = (verdict) => verdict === 'trusted' || verdict === 'valid';
const KNOWN = new Set(['trusted', 'valid', 'expired', 'tampered', 'invalid', 'absent']);

/**
 * The keys of the title and of what it means, and how grave it looks. What is not known here is not an accusation.
 * `isUnderstood` is false where the server says something that this page has no words for: then its own are shown.
 */
export function verdictOf(answer) {
  const { made_here: isMadeHere, is_altered: isAltered, credentials, watermark } = whole(answer);
  const { verdict, is_own: isOwn } = credentials;
  const found = (key, tone, meaning = key) => ({ key, tone, meaning: `${meaning}-meaning`, isUnderstood: KNOWN.has(verdict) });
  if (isMadeHere || isOwn || watermark?.is_known) {
    if (isOwn && holds(verdict) && isAltered !== true) return found('made', 'good', 'made-signed');
    // A server that knows no signatures knows only the very files that it has made.
    if (isAltered === false || answer.is_altered === undefined) return found('made', 'good');
    if (holds(verdict) && !isOwn) return found('signed-anew', 'lowered');
    if (verdict === 'absent' && watermark?.is_known) return found('recovered', 'lowered');
    return isAltered === true ? found('altered', 'warn') : found('ours', 'lowered');
  }
  if (verdict === 'trusted') return found('foreign-trusted', 'lowered');
  if (verdict === 'valid') return found('foreign-valid', 'lowered');
  if (verdict === 'expired') return found('foreign-expired', 'lowered');
  if (verdict === 'tampered') return found('foreign-tampered', 'warn');
  if (verdict === 'invalid') return found('foreign-invalid', 'warn');
  return watermark ? found('marked', 'lowered') : found('unknown', 'lowered');
}

/** Why a file is not even sent, as a key of the words; null when it may be. */
export function reasonNotToSend(file) {
  if (file.size === 0) return 'empty';
  if (file.size > MOST_BYTES) return 'too-large';
  // Some systems give no type at all: then the server finds out.
  return file.type === '' || file.type.startsWith('image/') ? null : 'no-picture';
}

/** A SHA-256 in groups of eight, to be compared by eye. */
export function grouped(sha256) {
  return sha256.match(/.{1,8}/g).join(' ');
}
