// One way to ask the server. Every failure is an ApiError; one whose status is 0 never reached it.

/** A refusal, or a network that was not there. */
export class ApiError extends Error {
  /** @param {{status: number, code?: string|null, message?: string, retryAfter?: number|null, param?: string|null, decision?: string|null}} told */
  constructor({ status, code = null, message = '', retryAfter = null, param = null, decision = null }) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    /** Seconds, or null. */
    this.retryAfter = retryAfter;
    this.param = param;
    /** The id under which a refusal can be looked up and appealed against, or null. */
    this.decision = decision;
  }

  get isNetwork() { return this.status === 0; }
}

/**
 * Asks and reads the JSON of the answer (null where there is none).
 * A plain object as body is sent as JSON; FormData, Blob and text go as they are.
 * @param {string} path
 * @param {{method?: string, body?: any, headers?: Record<string, string>, signal?: AbortSignal}} [options]
 */
export async function ask(path, { method = 'GET', body, headers = {}, signal } = {}) {
  const isPlain = body !== undefined && Object.getPrototypeOf(body) === Object.prototype;
  const response = await reach(path, {
    method,
    signal,
    credentials: 'same-origin',
    cache: 'no-store',
    headers: { Accept: 'application/json', ...(isPlain ? { 'Content-Type': 'application/json' } : {}), ...headers },
    body: isPlain ? JSON.stringify(body) : body,
  });
  const text = await response.text().catch(() => { throw new ApiError({ status: 0 }); });
  const answer = parsed(text);
  if (response.ok) return answer;
  const told = answer?.error ?? {};
  const after = Number(response.headers.get('retry-after'));
  throw new ApiError({
    status: response.status,
    code: told.code ?? null,
    message: told.message ?? '',
    param: told.param ?? null,
    decision: told.decision ?? null,
    retryAfter: after > 0 ? after : null,
  });
}

/** A picture or a photo as a Blob. @param {string} path @returns {Promise<Blob>} */
export async function fetchBlob(path) {
  const response = await reach(path, { credentials: 'same-origin' });
  if (!response.ok) throw new ApiError({ status: response.status });
  return response.blob();
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ status: 0 });
  }
}

function parsed(text) {
  try { return text ? JSON.parse(text) : null; } catch { return null; }
}
