import { commandBodies } from '../../../contracts/command';
import { keyOf } from '../../../domain/clocks';
import { digestOf } from '../../../proof/digest';
import { readClocks } from '../clocks';
import type { Look } from './verified-command';

/** What a clock was for has been done; said again with another day, the newer word counts. */
export const lookAtMeetClock: Look = async (tx, { incidentId, person, jti, body, at }) => {
  const met = commandBodies['meet-clock'].parse(body);
  const { clock, deal = null, on, source } = met;
  const clocks = await readClocks(tx, incidentId);
  const running = clocks.find((each) => keyOf(each) === keyOf({ clock, deal }));
  const about = deal === null ? clock : `${clock} of deal ${deal}`;
  if (running === undefined) {
    const others = clocks.filter((each) => each.clock === clock).map((each) => each.deal);
    const message = `no clock ${about} runs; ${insteadOf(others, incidentId)}`;
    return { facts: { found: { code: 'NOT_FOUND', message } } };
  }
  if (running.metOn === on) {
    const message = `${about} was met on ${on} already`;
    return { facts: { found: { code: 'ALREADY_DONE', message } } };
  }
  // A day can have begun where the signer is.
  if (Date.parse(on) - Date.parse(at) > 86_400_000) {
    const message = `${on} lies ahead: what has been done is confirmed, not what will be`;
    return { facts: { found: { code: 'OPTION_BLOCKED', message } } };
  }
  const { dueOn } = running;
  return {
    facts: {},
    effect: {
      evidence: {
        kind: 'clock-met',
        body: { clock, deal, on, dueOn, sourceDigest: digestOf(source), roles: person.roles },
      },
      result: { clock, deal, on, dueOn },
      async write(db) {
        await db.query(
          `INSERT INTO clocks_met (jti, incident_id, clock_id, deal_id, met_on, source, person_id,
             given_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [jti, incidentId, clock, deal ?? '', on, source, person.id, at],
        );
      },
    },
  };
};

const namedMax = 5;

/** The clock may run, but of deals, or of the incident itself. */
function insteadOf(of: readonly (string | null)[], incidentId: string): string {
  const see = `see ./makewhole incident clocks ${incidentId}`;
  if (of.includes(null)) return `it is one of the incident itself: give no --deal; ${see}`;
  const deals = of.flatMap((deal) => (deal === null ? [] : [deal]));
  if (deals.length === 0) return see;
  const some = deals.slice(0, namedMax).join(', ');
  const more = deals.length > namedMax ? ` and ${String(deals.length - namedMax)} more` : '';
  return `it runs for each deal: say which with --deal (${some}${more}); ${see}`;
}
