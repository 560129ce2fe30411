import { Context } from '@temporalio/activity';
import type { Ports } from '../../activities/ports';
import type { Activities } from '../../contracts/activities';
import { effects, type Boundary, type Side } from './boundaries';
import { note, readDiary, type Attempt, type Death } from './diary';

/** What happens at a boundary; it may never come back. */
type Reached = (boundary: Boundary, given: unknown[]) => void;
type Method = (...given: unknown[]) => unknown;

/** The same ports, each effect of which says when it is about to happen and when it has. */
export function decorated(ports: Ports, reached: Reached): Ports {
  const entries = Object.entries(ports).map(([name, port]) => {
    return [name, decoratedPort({ name, port, reached })];
  });
  return Object.fromEntries(entries) as Ports;
}

function decoratedPort(given: { name: string; port: object; reached: Reached }): object {
  const { name, port, reached } = given;
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const method = value.bind(target) as Method;
      const effect = `${name}.${String(key)}`;
      if (!effects.includes(effect)) return method;
      return async (...asked: unknown[]) => {
        reached(boundaryOf(effect, 'before'), asked);
        const answer = await method(...asked);
        reached(boundaryOf(effect, 'after'), asked);
        return answer;
      };
    },
  });
}

function boundaryOf(effect: string, side: Side): Boundary {
  return `${Context.current().info.activityType}/${effect}:${side}` as Boundary;
}

/** Notes every boundary passed, and ends this program without warning at the ordered ones. */
export function dyingAt(stateDir: string, deaths: readonly Death[]): Reached {
  const hits = new Map<Boundary, number>();
  for (const entry of readDiary(stateDir)) {
    if (entry.kind === 'boundary') hits.set(entry.boundary, entry.hit);
  }
  return (boundary, given) => {
    const hit = (hits.get(boundary) ?? 0) + 1;
    hits.set(boundary, hit);
    const killed = deaths.some((death) => death.boundary === boundary && death.hit === hit);
    const [at, pid, about] = [Date.now(), process.pid, messageIdsIn(given[0])];
    note(stateDir, { kind: 'boundary', at, pid, boundary, hit, about, killed });
    if (killed) process.kill(process.pid, 'SIGKILL');
  };
}

type Told = {
  messageId?: string;
  letter?: { messageId: string };
  outcomes?: { messageId?: string }[];
};

function messageIdsIn(given: unknown): string[] {
  if (typeof given !== 'object' || given === null) return [];
  const { messageId, letter, outcomes = [] } = given as Told;
  const all = [messageId, letter?.messageId, ...outcomes.map((each) => each.messageId)];
  return all.filter((id) => id !== undefined);
}

/** The same activities, each attempt at which is noted. */
export function watched(activities: Activities, stateDir: string): Activities {
  const entries = Object.entries(activities).map(([activity, work]) => {
    const attempt = async (input: never) => {
      const { workflowExecution, activityId } = Context.current().info;
      const run = workflowExecution;
      const id = `${run?.workflowId ?? ''} ${run?.runId ?? ''} ${activityId}`;
      const tell = (state: Attempt['state']) => {
        const [at, pid] = [Date.now(), process.pid];
        note(stateDir, { kind: 'activity', at, pid, activity, id, state });
      };
      tell('begun');
      try {
        const result: unknown = await work(input);
        tell('done');
        return result;
      } catch (error) {
        tell('failed');
        throw error;
      }
    };
    return [activity, attempt];
  });
  return Object.fromEntries(entries) as Activities;
}
