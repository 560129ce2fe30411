import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { teams, type Team } from '../contracts/command';
import { parseInput } from './fail';
import { incidentOf, mailNotice, type NoticePorts } from './mail-notice';

const reminder = ofIncident.extend({
  round: z.int().positive(),
  missing: z.array(z.enum(teams)),
});

const questions: Record<Team, string[]> = {
  'customer-success': [
    'who-is-hurt: which investors have reported something, and what?',
    'told-so-far: what have they been told?',
    'next-contact: who must not be written to, and why?',
  ],
  engineering: [
    'cause: which change of the allocator is it, and since when?',
    'other-services: what else reads these numbers?',
    'fix: who repairs it, and how is that proven?',
  ],
  operations: [
    'money-at-risk: which wires, closings or distributions are under way?',
    'records: where do bank and register stand?',
    'legal-duties: which reports to whom are due, and when?',
  ],
};

/**
 * Asks the three teams when the forms open (round 1), later those who have not answered.
 *
 * Retry: a round that has left is not sent again. Ensures: each team is asked its own questions.
 */
export const remindTeams = (ports: NoticePorts) =>
  async function remindTeams(input) {
    const { incidentId, round, missing, at } = parseInput(reminder, input);
    const incident = await incidentOf(ports, incidentId);
    let mailed = 0;
    for (const team of round === 1 ? teams : missing) {
      const people = await ports.notices.recipients({ roles: [team] });
      const again = round === 1 ? '' : ' (we asked before, and have no answer)';
      const text = `
${incident.summary}

We need what ${team} knows${again}. Silence is not read as "no impact"; "none" is an answer too.

${questions[team].map((question) => `- ${question}`).join('\n')}

Put the answers into a file, one JSON object with a member for each, and hand it in:
  makewhole answer ${incidentId} --team ${team} --file answers.json --as YOU
`;
      const subject = `what does ${team} know?`;
      const notice = { incidentId, kind: `form/${team}`, round, at, people, subject, text };
      mailed += await mailNotice(ports, notice);
    }
    return { mailed };
  } satisfies Activities['remindTeams'];
