// What an entry's detail says in one line. Values in, values out.

const MOST_CHARACTERS = 240;

const worded = (value) => (Array.isArray(value) ? value.map(worded).join(', ') : value !== null && typeof value === 'object' ? ledgerDetail(value) : String(value));

/** `name: value; name: value`, cut where it gets long. @param {any} detail */
export function ledgerDetail(detail) {
  const line = Object.entries(detail ?? {}).filter(([, value]) => value !== null && value !== '').map(([name, value]) => `${name}: ${worded(value)}`).join('; ');
  const characters = [...line];
  return characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS).join('')}…` : line;
}
