// How a decision or a request stands, as keys of the words, and how grave it looks. Values in, values out.

const TONES = { refused: 'warn', held: 'lowered', released: 'good', taken_down: 'warn', overturned: 'good' };
const TITLED = new Set(['prompt-refused', 'upload-refused', 'output-refused', 'upload-held', 'output-held', 'upload-released', 'output-released', 'takedown-taken_down', 'prompt-overturned', 'upload-overturned', 'takedown-overturned']);
const RULES = new Set(['living-artist', 'artist', 'studio', 'character', 'work', 'style-term', 'opt-out', 'safety']);

/** @returns {{key: string, tone: string}} */
export function decisionStanding({ kind, state }) {
  const own = `${kind}-${state}`;
  return { key: `decision-${TITLED.has(own) ? own : state}`, tone: TONES[state] ?? 'lowered' };
}

/** What kind of rule decided, as a key; null where that is not known here. @param {string|null} rule such as `opt-out:out_1`, `wrk_1`, `safety` */
export function ruleKey(rule) {
  if (rule?.startsWith('wrk_')) return 'rule-work';
  const kind = /^[a-z-]+/.exec(rule ?? '')?.[0] ?? '';
  return RULES.has(kind) ? `rule-${kind}` : null;
}

/** Whether one may appeal: once, against what is decided. */
export const mayAppeal = ({ state, appeal }) => appeal === null && (state === 'refused' || state === 'taken_down');

/** @returns {{key: string, tone: string}} */
export const appealStanding = ({ state }) => ({ key: `appeal-${state}`, tone: state === 'overturned' ? 'good' : state === 'upheld' ? 'warn' : 'lowered' });

const REQUEST_TONES = { requested: 'lowered', accepted: 'good', declined: 'warn', withdrawn: 'lowered' };

/** @returns {{key: string, tone: string}} */
export const requestStanding = ({ state }) => ({ key: `request-${state}`, tone: REQUEST_TONES[state] ?? 'lowered' });

/** Who may still take a request back. */
export const mayWithdraw = ({ state }) => state === 'requested' || state === 'accepted';

/** Whether somebody else's word is awaited, so that it is worth while to look again. */
export const isPending = (found) => found.object === 'opt_out' ? found.state === 'requested' : found.state === 'held' || found.appeal?.state === 'open';
