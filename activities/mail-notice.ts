import { stateAfter } from './mail-state';
import type { Incidents, IncidentView } from './ports/incidents';
import type { Mail, Mailer } from './ports/mailer';
import type { Notice, Notices, PersonCalls } from './ports/notices';
import { fail } from './fail';

/** How often people are told of one trouble that lasts. Units: seconds. */
export const callEvery = 3600;

/** What mailing our own people needs of the world. */
export type NoticePorts = {
  incidents: Pick<Incidents, 'find' | 'list'>;
  notices: Notices;
  mailer: Mailer;
};

/** A notice and its words: short, with the command to run next. */
export type NoticeMail = Notice & {
  subject: string;
  text: string;
  attachments?: Mail['attachments'];
};

/**
 * The incident a notice is about.
 *
 * @throws INCIDENT_UNKNOWN (refused) when there is none.
 */
export async function incidentOf(
  { incidents }: Pick<NoticePorts, 'incidents'>,
  incidentId: string,
): Promise<IncidentView> {
  const incident = await incidents.find(incidentId);
  if (incident === undefined) throw fail('INCIDENT_UNKNOWN', `there is no incident ${incidentId}`);
  return incident;
}

/**
 * Mails a notice to everybody it is for who has not got this round of it; gives how many went now.
 *
 * Retry: a round that has left is not sent again. Ensures: nobody to tell, nobody who can be
 * reached and a mail server that is down are faults, seen and tried again, never a silence.
 */
export async function mailNotice(ports: NoticePorts, mail: NoticeMail): Promise<number> {
  const { subject, text, attachments = [], ...notice } = mail;
  if (notice.people.length === 0)
    throw new Error(`nobody is enrolled who could be told: ${subject}`);
  const sender = await senderOf(ports, notice.incidentId);
  const booked = await ports.notices.claim(notice);
  const mark = sender.drill ? '[DRILL] ' : '';
  const outcomes = await Promise.all(
    booked.map(async ({ person, messageId }) => {
      const outcome = await ports.mailer.send({
        messageId,
        from: { name: 'Makewhole', address: sender.address },
        to: { name: person.name, address: person.email },
        subject: `${mark}${notice.incidentId}: ${subject}`,
        text: `${text.trim()}\n`,
        headers: {
          'Auto-Submitted': 'auto-generated',
          'X-Makewhole-Incident': notice.incidentId,
          'X-Makewhole-Notice': notice.kind,
          ...(sender.drill ? { 'X-Makewhole-Drill': 'yes' } : {}),
        },
        attachments,
      });
      return { person: person.id, state: stateAfter[outcome.kind] };
    }),
  );
  await ports.notices.record({ notice, outcomes });
  const late = outcomes.filter(({ state }) => state === 'queued').map(({ person }) => person);
  if (late.length > 0)
    throw new Error(`no mail server takes mail for ${late.join(', ')} right now`);
  const reached = outcomes.filter(({ state }) => state === 'sent').length;
  if (booked.length > 0 && reached === 0) {
    throw new Error(`none of ${booked.map(({ person }) => person.id).join(', ')} could be reached`);
  }
  return reached;
}

/** What concerns people and no incident is sent as from the newest incident's contact. */
async function senderOf(
  ports: Pick<NoticePorts, 'incidents'>,
  about: string,
): Promise<{ address: string; drill: boolean }> {
  const newest = about === 'registry' ? (await ports.incidents.list())[0]?.incidentId : about;
  if (newest === undefined) return { address: 'makewhole@localhost.invalid', drill: false };
  const { pack, drill } = await incidentOf(ports, newest);
  return { address: pack.contact.value.email, drill: drill && about !== 'registry' };
}

/**
 * As `mailNotice`; what cannot leave is shown on the incident, since a gate has to go on counting
 * votes.
 */
export async function mailOrCall(
  ports: NoticePorts & { calls: PersonCalls },
  notice: NoticeMail,
): Promise<number> {
  return (await tryToMail(ports, notice)) ?? 0;
}

/** As `mailOrCall`; undefined where it could not leave and is to be tried again. */
export async function tryToMail(
  ports: NoticePorts & { calls: PersonCalls },
  notice: NoticeMail,
): Promise<number | undefined> {
  const { incidentId, at, kind } = notice;
  const step = `remind/${kind}`;
  try {
    const mailed = await mailNotice(ports, notice);
    await ports.calls.end({ incidentId, at, step });
    return mailed;
  } catch (error) {
    const code = error instanceof Error ? error.message : String(error);
    await ports.calls.call({ incidentId, at, step, code, every: callEvery });
    return undefined;
  }
}
