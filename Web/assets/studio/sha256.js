// SHA-256 in plain script: the browser's own is missing on plain http and asynchronous for every call, and a proof takes a million.

const fractions = (root) => (number) => ((number ** (1 / root)) % 1) * 2 ** 32 >>> 0;
const primes = (() => {
  const found = [];
  for (let candidate = 2; found.length < 64; candidate++) if (found.every((prime) => candidate % prime)) found.push(candidate);
  return found;
})();
const constants = Uint32Array.from(primes, fractions(3));
const start = Uint32Array.from(primes.slice(0, 8), fractions(2));
const schedule = new Uint32Array(64);

const turn = (word, by) => (word >>> by) | (word << (32 - by));

/** The digest as eight 32-bit words. @param {Uint8Array} message @returns {Uint32Array} */
export function sha256(message) {
  const length = message.length;
  const blocks = new Uint8Array(((length + 72) >>> 6) << 6);
  blocks.set(message);
  blocks[length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(blocks.length - 4, length << 3);
  const state = start.slice();
  for (let offset = 0; offset < blocks.length; offset += 64) compress(state, view, offset);
  return state;
}

function compress(state, view, offset) {
  for (let i = 0; i < 16; i++) schedule[i] = view.getUint32(offset + i * 4);
  for (let i = 16; i < 64; i++) {
    const a = schedule[i - 15], b = schedule[i - 2];
    schedule[i] = schedule[i - 16] + schedule[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + schedule[i]) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + first) | 0; d = c; c = b; b = a; a = (first + second) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** @param {Uint32Array} digest */
export function leadingZeroBits(digest) {
  let bits = 0;
  for (const word of digest) {
    bits += Math.clz32(word);
    if (word !== 0) break;
  }
  return bits;
}

/** The first number that proves work on a challenge. @param {string} challenge @param {number} bits */
export function solve(challenge, bits) {
  const encoder = new TextEncoder();
  for (let number = 0; ; number++) {
    const proof = String(number);
    if (bits === 0 || leadingZeroBits(sha256(encoder.encode(`${challenge}:${proof}`))) >= bits) return proof;
  }
}
