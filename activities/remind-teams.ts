import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { teams, type Team } from '../contracts/command';
import { questionsOf } from '../contracts/forms';
import { dueByRung } from './due-by-rung';
import { parseInput } from './fail';
import { incidentOf, mailNotice, type NoticePorts } from './mail-notice';
import type { Forms, SilentTeam } from './ports/forms';
import type { Recipient } from './ports/notices';

const reminder = ofIncident.extend({
  missing: z.array(z.enum(teams)),
  because: z.enum(['opened', 'due']),
});

/**
 * Asks the three teams when the forms open, later those that have not answered: by the ladder of
 * their forms, each of their people in their own working time.
 *
 * Retry: what has left is not sent again. Ensures: each team is asked its own questions; where a
 * team has nobody, management and admins are told, who can enrol somebody.
 */
export const remindTeams = (ports: NoticePorts & { forms: Pick<Forms, 'awaited'> }) =>
  async function remindTeams(input) {
    const { incidentId, because, missing, at } = parseInput(reminder, input);
    const { summary } = await incidentOf(ports, incidentId);
    const asked = because === 'opened' ? teams : missing;
    let mailed = 0;
    for (const silent of await ports.forms.awaited({ incidentId, at, teams: asked })) {
      const { team } = silent;
      const subject = `what does ${team} know?`;
      for (const [rung, people] of rungsToTell(silent, { because, at })) {
        const text = words({ incidentId, summary, team, again: because === 'due' });
        const round = 1 + rung;
        const notice = { incidentId, kind: `form/${team}`, round, at, people, subject, text };
        mailed += await mailNotice(ports, notice);
      }
    }
    return { mailed };
  } satisfies Activities['remindTeams'];

function rungsToTell(
  { opened, people }: SilentTeam,
  { because, at }: { because: 'opened' | 'due'; at: string },
): Map<number, Recipient[]> {
  if (because === 'due') return dueByRung({ opened, people }, at);
  return new Map([[0, people.filter(({ firstRung }) => firstRung === 1)]]);
}

function words(given: { incidentId: string; summary: string; team: Team; again: boolean }): string {
  const { incidentId, summary, team, again } = given;
  const before = again ? ' (we asked before, and have no answer)' : '';
  return `
${summary}

We need what ${team} knows${before}. Silence is not read as "no impact"; that there is none, or that
something is not known yet, is an answer too. We ask for changes and times, not for who it was.

${questionsOf(team)
  .map(({ title }) => `- ${title}`)
  .join('\n')}

Take the form, fill it in, hand it in:
  ./makewhole form ${incidentId} --team ${team} --out ${team}.jsonc
  ./makewhole answer ${incidentId} --team ${team} --file ${team}.jsonc --as YOU
Somebody else knows better?
  ./makewhole form delegate ${incidentId} --team ${team} --to THEM --as YOU
`;
}
