// What a takedown is about: from what an operator pastes to what the server is asked, and what will happen. Values in, values out.

/** @typedef {{kind: 'sha256'|'share'|'watermark'|'job', value: string, picture?: number}} Target */

/**
 * A link to a shared picture, a SHA-256 (also with spaces, as /verify shows it), a watermark's number or a job's.
 * A job's address may name the picture: `/v1/jobs/job_…/pictures/1`.
 * @param {string} text @returns {Target|null}
 */
export function targetOf(text) {
  const trimmed = text.trim();
  const shared = /\/s\/([A-Za-z0-9_-]{1,100})(?:[/?#.]|$)/.exec(trimmed);
  if (shared) return { kind: 'share', value: shared[1] };
  const job = /\b(job_[A-Za-z0-9_-]{1,80})(?:\/pictures\/(\d{1,2}))?/.exec(trimmed);
  if (job) return { kind: 'job', value: job[1], picture: Number(job[2] ?? 0) };
  const digits = trimmed.replace(/[\s:]/g, '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return { kind: 'sha256', value: digits };
  if (/^[0-9a-f]{16}$/.test(digits)) return { kind: 'watermark', value: digits };
  return null;
}

/** What the server is asked. @param {{target: Target, rightHolder: string, isRegistered: boolean}} act @param {string} reason */
export function takedownBody({ target, rightHolder, isRegistered }, reason) {
  return {
    [target.kind]: target.value,
    ...(target.kind === 'job' ? { picture: target.picture ?? 0 } : {}),
    reason,
    ...(rightHolder ? { right_holder: rightHolder } : {}),
    register: isRegistered,
  };
}

/** `[{key, values, tone?}]`: keys of the words under `rights.preview`. */
export function takedownPreview({ target, isRegistered }) {
  const found = [{ key: `target-${target.kind}`, values: { value: target.value, number: (target.picture ?? 0) + 1 } }, { key: 'takedown-gone', values: {} }, { key: 'takedown-links', values: {} }, { key: 'takedown-told', values: {} }];
  found.push(isRegistered ? { key: 'takedown-registered', values: {} } : { key: 'takedown-unregistered', values: {}, tone: 'warn' });
  return found;
}
