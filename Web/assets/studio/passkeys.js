// Passkeys: the device knows who one is, and nobody has to remember anything.
import { ask } from '../common/api.js';

const wide = (/** @type {string} */ text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
const narrow = (/** @type {ArrayBuffer|null} */ bytes) =>
  bytes && btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

export const canUsePasskeys = () => isSecureContext && 'PublicKeyCredential' in window;

/** @param {string} name */
export async function makePasskey(name) {
  const { state, options } = await ask('/v1/passkeys/registration', { method: 'POST' });
  const credential = await navigator.credentials.create({ publicKey: creation(options) });
  return ask('/v1/passkeys', { method: 'POST', body: { state, credential: asJSON(credential), name } });
}

export async function signInWithPasskey() {
  const { state, options } = await ask('/v1/passkeys/challenge', { method: 'POST' });
  const credential = await navigator.credentials.get({ publicKey: request(options) });
  return ask('/v1/passkeys/session', { method: 'POST', body: { state, credential: asJSON(credential) } });
}

const withIds = (/** @type {any[]} */ list = []) => list.map((each) => ({ ...each, id: wide(each.id) }));
const creation = (options) => {
  const ready = /** @type {any} */ (PublicKeyCredential).parseCreationOptionsFromJSON;
  return ready ? ready.call(PublicKeyCredential, options) : {
    ...options, challenge: wide(options.challenge), user: { ...options.user, id: wide(options.user.id) }, excludeCredentials: withIds(options.excludeCredentials),
  };
};
const request = (options) => {
  const ready = /** @type {any} */ (PublicKeyCredential).parseRequestOptionsFromJSON;
  return ready ? ready.call(PublicKeyCredential, options) : { ...options, challenge: wide(options.challenge), allowCredentials: withIds(options.allowCredentials) };
};

/** Older browsers have no toJSON. @param {any} credential */
function asJSON(credential) {
  if (credential.toJSON) return credential.toJSON();
  const { response } = credential;
  const parts = Object.fromEntries(['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']
    .filter((name) => response[name] !== undefined).map((name) => [name, narrow(response[name])]));
  return { id: credential.id, rawId: narrow(credential.rawId), type: credential.type, clientExtensionResults: credential.getClientExtensionResults(), response: { ...parts, transports: response.getTransports?.() } };
}
