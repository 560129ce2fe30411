/** One HTTP exchange with the bank. */
export type BankCall = {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly signal: AbortSignal;
};

/**
 * How an exchange ended. `body` is undefined where what came is no JSON.
 *
 * `unsent`: no connection came about, so the bank has seen nothing of it.
 * `cut`: bytes may have left, and no whole answer came back.
 */
export type BankReply =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'unsent'; readonly cause: unknown }
  | { readonly kind: 'cut'; readonly cause: unknown };

/** Errors of resolving a name and of connecting; each comes before the first byte of a request. */
const UNSENT_CODES: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Makes one exchange and tells whether the bank can have seen it; never throws.
 *
 * Retry: none is made here. When in doubt the exchange is `cut`, never `unsent`.
 */
export function callBank(call: BankCall): Promise<BankReply> {
  const { method, url, headers, body, signal } = call;
  return fetch(url, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: 'error',
    signal,
  }).then(answered, failed);
}

async function answered(response: Response): Promise<BankReply> {
  try {
    const text = await response.text();
    return { kind: 'answered', status: response.status, body: readJson(text) };
  } catch (cause) {
    return { kind: 'cut', cause };
  }
}

function failed(cause: unknown): BankReply {
  return { kind: wasUnsent(cause) ? 'unsent' : 'cut', cause };
}

/**
 * `fetch` hides the reason in `cause`; with several addresses, one reason for each of them.
 * Read by shape: an error made by Node itself is no `instanceof Error` in another realm.
 */
function wasUnsent(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('errors' in error && Array.isArray(error.errors)) {
    return error.errors.length > 0 && error.errors.every(wasUnsent);
  }
  if ('code' in error && UNSENT_CODES.has(error.code)) return true;
  return 'cause' in error && wasUnsent(error.cause);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
