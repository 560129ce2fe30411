import { mailOrCall, type NoticePorts } from './mail-notice';
import type { IncidentView } from './ports/incidents';
import type { PersonCalls, Recipient } from './ports/notices';
import type { SeverityRise } from './ports/severities';
import type { Sizings } from './ports/sizings';

type Weighed = {
  incident: IncidentView;
  at: string;
  rise: SeverityRise | null;
  sizing: Awaited<ReturnType<Sizings['size']>>;
};

/**
 * Mails whoever has the incident that it has become graver, or another size than was thought; where
 * nobody has taken it, those on call.
 *
 * Retry: each rise and each deviation is told once. Ensures: what cannot leave holds up nothing, is
 * shown on the incident, and goes with the next fact that is weighed.
 */
export async function tellOwner(
  ports: NoticePorts & { calls: PersonCalls },
  weighed: Weighed,
): Promise<void> {
  const { incident, at, rise, sizing } = weighed;
  const deviates = sizing !== null && sizing.newlyOutside.length > 0;
  if (rise === null && !deviates) return;
  const people = await ownersOf(ports, incident);
  const { incidentId } = incident;
  if (rise !== null) {
    const { seq: round, severity } = rise;
    const subject = `it is ${severity} now`;
    const text = riseText(incident, rise);
    await mailOrCall(ports, { incidentId, kind: 'severity', round, at, people, subject, text });
  }
  if (deviates) {
    const { number: round } = sizing;
    const subject = `it is not the size it was thought to be`;
    const text = sizeText(incident, sizing);
    await mailOrCall(ports, { incidentId, kind: 'sizing', round, at, people, subject, text });
  }
}

async function ownersOf({ notices }: NoticePorts, { takenBy }: IncidentView): Promise<Recipient[]> {
  const owner = (await notices.everybody()).filter(({ id }) => id === takenBy);
  if (owner.length > 0) return owner;
  const onCall = await notices.recipients({ roles: ['on-call'] });
  return onCall.length > 0 ? onCall : notices.recipients({ roles: ['management', 'admin'] });
}

function riseText({ incidentId }: IncidentView, { from, severity, reasons }: SeverityRise): string {
  const says = reasons.filter((reason) => reason.says === severity && reason.waived !== true);
  return `
It was ${from} and is ${severity}, since:
${says.map(({ fact, value }) => `  ${fact} is ${value}`).join('\n')}

It falls by a signed decision alone. How it stands:
  ./makewhole incident status ${incidentId}
`;
}

function sizeText(
  { incidentId, pack }: IncidentView,
  { newlyOutside, actual, estimate, ratio }: NonNullable<Weighed['sizing']>,
): string {
  const said = newlyOutside.map((what) => {
    const unit = what === 'amount' ? ` ${actual.currency ?? ''}` : '';
    const times = ratio[what] === null ? 'nothing was thought of' : `${ratio[what]} times that`;
    const [thought, found] = [estimate, actual].map((size) => `${String(size[what])}${unit}`);
    return `  ${what}: thought ${thought ?? ''}, found ${found ?? ''} (${times})`;
  });
  return `
What was found is more than ${pack.sizing.value.deviationFactor} times what was thought, or less
than that part of it:
${said.join('\n')}

That is a sign of hidden scope: look at what was assumed when it was opened.
  ./makewhole incident status ${incidentId}
`;
}
