import type { z } from 'zod';
import { serviceFailure, type ServiceRefusal } from '../../contracts/allocation-service';
import { ServiceFailure } from './service-failure';

/** One request. Units: `waitMs` is how long an answer may take. */
export type ServiceRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly waitMs?: number;
};

/** What came back: an answer in its shape, or a lawful no with its HTTP status. */
export type ServiceReply<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'refused'; readonly status: number; readonly refusal: ServiceRefusal };

const waitMsUsual = 5000;

/** Asks one service at one address. */
export class ServiceCall {
  readonly #base: string;

  constructor(baseUrl: string) {
    this.#base = baseUrl.replace(/\/+$/, '');
  }

  /**
   * Sends a request and reads its answer.
   *
   * @throws SERVICE_UNREACHABLE (fault) when no answer comes in time, or it cannot work now.
   * @throws SERVICE_REJECTED (bug) when the answer is not of this shape.
   */
  async send<T extends z.ZodType>(
    request: ServiceRequest,
    shape: T,
  ): Promise<ServiceReply<z.infer<T>>> {
    const { status, text } = await this.#fetch(request);
    const what = `${request.method} ${request.path}`;
    const value = asJson(text);
    if (status >= 200 && status < 300) {
      const read = shape.safeParse(value);
      if (read.success) return { kind: 'answered', answer: read.data };
      const [issue] = read.error.issues;
      const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
      throw rejectedBy(`${what} was answered in another shape${where}`);
    }
    return { kind: 'refused', status, refusal: readRefusal({ what, status, value, text }) };
  }

  /**
   * The text a GET is answered with.
   *
   * @throws SERVICE_UNREACHABLE (fault) when there is no answer in time.
   * @throws SERVICE_REJECTED (bug) when it is refused.
   */
  async text(request: ServiceRequest): Promise<string> {
    const { status, text } = await this.#fetch(request);
    if (status === 200) return text;
    const what = `${request.method} ${request.path}`;
    const { code, reason } = readRefusal({ what, status, value: asJson(text), text });
    throw rejectedBy(`${what} was refused: ${code}, ${reason}`);
  }

  async #fetch(request: ServiceRequest): Promise<{ status: number; text: string }> {
    const { method, path, body, headers, waitMs = waitMsUsual } = request;
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    try {
      const reply = await fetch(`${this.#base}${path}`, {
        method,
        headers: { ...json, ...headers },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(waitMs),
      });
      return { status: reply.status, text: await reply.text() };
    } catch (error) {
      const message =
        `The allocation service at ${this.#base} gave no answer to ${method} ${path}. What was` +
        ' asked may have happened; it may be asked again.';
      throw new ServiceFailure({ code: 'SERVICE_UNREACHABLE', message, cause: error });
    }
  }
}

type Unusual = { what: string; status: number; value: unknown; text: string };

function readRefusal({ what, status, value, text }: Unusual): ServiceRefusal {
  const read = serviceFailure.safeParse(value);
  if (read.success && (read.data.error.kind === 'refused' || read.data.error.kind === 'rejected')) {
    const { code, message } = read.data.error;
    return { kind: 'refused', code, reason: message };
  }
  const said = read.success
    ? `${read.data.error.code}, ${read.data.error.message}`
    : `HTTP ${String(status)} ${text.slice(0, 200)}`;
  // Its own bug, too, may be gone after a new version of it; ours would be a refusal.
  if (status < 500) throw rejectedBy(`${what} was answered strangely: ${said}`);
  throw new ServiceFailure({ code: 'SERVICE_UNREACHABLE', message: `${what} failed: ${said}` });
}

/** The failure of two programs that do not understand each other. */
export function rejectedBy(message: string): ServiceFailure {
  return new ServiceFailure({ code: 'SERVICE_REJECTED', message });
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
