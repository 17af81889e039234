// What the server's answer about a file means.

export const MOST_BYTES = 50_000_000;

/** `made` or `unknown`, and how grave it looks. What is not known here is not an accusation. */
export function verdictOf(answer) {
  return answer.made_here ? { key: 'made', tone: 'good' } : { key: 'unknown', tone: 'lowered' };
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
