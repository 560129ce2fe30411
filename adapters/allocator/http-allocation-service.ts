import type { z } from 'zod';
import type * as port from '../../contracts/allocation-service';
import { allocationsPage, previewAnswer, probeAnswer } from '../../contracts/allocation-wire';
import {
  deployAnswer,
  holdAnswer,
  holdLookup,
  liftAnswer,
  serviceState,
} from '../../contracts/hold-wire';
import { registerAnswer, transferAnswer } from '../../contracts/register-wire';
import { rejectedBy, ServiceCall, type ServiceReply, type ServiceRequest } from './service-call';
import { writeExport } from './write-export';

// A batch of previews is long work; everything else answers at once or not at all.
const previewWaitMs = 60_000;

/**
 * The allocation service under response, over HTTP.
 *
 * Retry: every call may be made again after a failure; the service knows what it did.
 * @throws SERVICE_UNREACHABLE (fault) when the service gives no answer or cannot work now.
 * @throws SERVICE_REJECTED (bug) when it cannot read what we send, or we not what it answers.
 */
export class HttpAllocationService implements port.AllocationService {
  readonly #call: ServiceCall;

  constructor(baseUrl: string) {
    this.#call = new ServiceCall(baseUrl);
  }

  state(): Promise<port.ServiceState> {
    return this.#answer({ method: 'GET', path: '/state' }, serviceState);
  }

  hold(body: port.HoldOrder): Promise<port.PlacedHold> {
    return this.#answer({ method: 'POST', path: '/holds', body }, holdAnswer);
  }

  async holdStanding(token: string): Promise<boolean> {
    const path = `/holds/${encodeURIComponent(token)}`;
    return (await this.#found({ method: 'GET', path }, holdLookup))?.standing ?? false;
  }

  async lift(token: string): Promise<port.LiftAnswer> {
    const path = `/holds/${encodeURIComponent(token)}`;
    const reply = await this.#call.send({ method: 'DELETE', path }, liftAnswer);
    if (reply.kind === 'refused') return reply.refusal;
    const { lifted: _, ...hold } = reply.answer;
    return { kind: 'lifted', hold };
  }

  async preview(body: port.PreviewOrder): Promise<port.PreviewAnswer> {
    const request = { method: 'POST', path: '/preview', body, waitMs: previewWaitMs } as const;
    return orRefusal('previewed', await this.#call.send(request, previewAnswer));
  }

  probe(body: port.ProbeOrder): Promise<port.ProbeAnswer> {
    return this.#answer({ method: 'POST', path: '/probe', body }, probeAnswer);
  }

  async deploy({ holdToken, ...body }: port.DeployOrder): Promise<port.DeployAnswer> {
    const headers: Record<string, string> =
      holdToken === undefined ? {} : { 'Makewhole-Hold': holdToken };
    const request = { method: 'POST', path: '/deploy', body, headers } as const;
    return orRefusal('deployed', await this.#call.send(request, deployAnswer));
  }

  allocationsSince(seq: number, limit = 100): Promise<port.AllocationsPage> {
    const path = `/allocations?since=${String(seq)}&limit=${String(limit)}`;
    return this.#answer({ method: 'GET', path }, allocationsPage);
  }

  async fillRegister({ deal, ...body }: port.RegisterFilling): Promise<port.FillAnswer> {
    const path = `/register/${encodeURIComponent(deal)}`;
    const reply = await this.#call.send({ method: 'PUT', path, body }, registerAnswer);
    if (reply.kind === 'refused') return reply.refusal;
    return { kind: 'filled', register: reply.answer };
  }

  register(deal: string): Promise<port.Register | undefined> {
    const path = `/register/${encodeURIComponent(deal)}`;
    return this.#found({ method: 'GET', path }, registerAnswer);
  }

  async transfer(instrument: string): Promise<port.TransferAnswer> {
    const request = { method: 'POST', path: '/transfers', body: { instrument } } as const;
    return orRefusal('confirmed', await this.#call.send(request, transferAnswer));
  }

  transferByKey(key: string): Promise<z.infer<typeof transferAnswer> | undefined> {
    const path = `/transfers/${encodeURIComponent(key)}`;
    return this.#found({ method: 'GET', path }, transferAnswer);
  }

  async exportFolder(folder: string): Promise<void> {
    // What is allocated meanwhile stays out, so that the three files fit together.
    const { lastSeq } = await this.state();
    await writeExport(folder, (file) =>
      this.#call.text({
        method: 'GET',
        path: `/export/${file}?upTo=${String(lastSeq)}`,
        waitMs: previewWaitMs,
      }),
    );
  }

  /** For calls that have no lawful no: a refusal means that we asked wrongly. */
  async #answer<T extends z.ZodType>(request: ServiceRequest, shape: T): Promise<z.infer<T>> {
    return answerOf(request, await this.#call.send(request, shape));
  }

  /** For look-ups: nothing where the service does not know it. */
  async #found<T extends z.ZodType>(
    request: ServiceRequest,
    shape: T,
  ): Promise<z.infer<T> | undefined> {
    const reply = await this.#call.send(request, shape);
    const unknown = reply.kind === 'refused' && reply.status === 404;
    return unknown && reply.refusal.code !== 'ROUTE_UNKNOWN' ? undefined : answerOf(request, reply);
  }
}

function answerOf<T>({ method, path }: ServiceRequest, reply: ServiceReply<T>): T {
  if (reply.kind === 'answered') return reply.answer;
  const { code, reason } = reply.refusal;
  throw rejectedBy(`${method} ${path} was refused: ${code}, ${reason}`);
}

function orRefusal<T extends object, const K extends string>(
  kind: K,
  reply: ServiceReply<T>,
): ({ readonly kind: K } & T) | port.ServiceRefusal {
  return reply.kind === 'refused' ? reply.refusal : { kind, ...reply.answer };
}
