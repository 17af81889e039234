// Who one is. Somebody without an account becomes a guest at the first picture, without being asked anything.
import { ApiError, ask } from '../common/api.js';
import { scriptAddress } from '../common/trusted.js';

/** @param {(account: any) => void} onAccount */
export function createSession(onAccount) {
  /** @type {any} */
  let account = null;
  let facts = { guests_allowed: true, passkeys_possible: false };
  /** @type {Promise<any>|null} */
  let joining = null;
  /** @type {Promise<any>|null} */
  let loading = null;
  let isKnown = false;

  const use = (/** @type {any} */ next) => {
    isKnown = true;
    account = next;
    onAccount(next);
    return next;
  };

  const load = () => (loading ??= ask('/v1/session').then((told) => {
    facts = told;
    // Somebody may have signed in while this answer was on its way.
    return isKnown ? account : use(told.account);
  }).finally(() => { loading = null; }));

  return {
    get account() { return account; },
    get facts() { return facts; },
    use,
    load,
    /** The account, which is made where there is none. */
    async ensure() {
      // Not yet told who one is, one is not nobody: whoever became a guest now would lose the account that they have.
      if (!isKnown) await load();
      if (account) return account;
      joining ??= becomeGuest(facts.guests_allowed).then(use).finally(() => { joining = null; });
      return joining;
    },
    /** The cookie no longer counts. */
    forget() { account = null; },
    /** Seconds until today's pictures are back. */
    allowanceSeconds: () => account?.allowance?.resets_in_seconds ?? null,
  };
}

async function becomeGuest(isAllowed, isSecondTry = false) {
  if (!isAllowed) throw new ApiError({ status: 401, code: 'sign_in_needed' });
  const { challenge, bits } = await ask('/v1/guests/challenge');
  const proof = bits === 0 ? '0' : await proven(challenge, bits);
  try {
    return await ask('/v1/guests', { method: 'POST', body: { challenge, proof } });
  } catch (error) {
    if (error.code === 'invalid_proof' && !isSecondTry) return becomeGuest(isAllowed, true);
    throw error;
  }
}

/** @returns {Promise<string>} */
const proven = (challenge, bits) => new Promise((resolve, reject) => {
  const worker = new Worker(scriptAddress('/assets/studio/proof-worker.js'), { type: 'module' });
  const end = () => worker.terminate();
  worker.onmessage = ({ data }) => { end(); resolve(data); };
  worker.onerror = () => { end(); reject(new ApiError({ status: 0 })); };
  worker.postMessage({ challenge, bits });
});
