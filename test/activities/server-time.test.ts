import { withServerTime } from '../../activities/server-time';
import { ActivityContext } from '../support/activity-context';

const noon = Date.parse('2026-11-20T12:00:00.000Z');
const { note } = withServerTime({ note: async (input: { at: string }) => input.at });

/** As the server hands it out: asked for at noon, tried whenever a worker is there. */
const run = (at: number, tried = noon) =>
  new ActivityContext({
    scheduledTimestampMs: noon,
    currentAttemptScheduledTimestampMs: tried,
  }).run(note, { at: new Date(at).toISOString() });

describe('an activity and its time', () => {
  it.each([-60, 0, 60])('takes a time %d s from the server’s', async (seconds) => {
    await expect(run(noon + seconds * 1000)).resolves.toBeDefined();
  });

  it.each([
    ['14 days early, so that a revoked key would count', -14 * 86_400],
    ['14 days late, so that a gate would expire', 14 * 86_400],
    ['61 s early', -61],
  ])('refuses for good a time %s', async (_, seconds) => {
    const refused = { type: 'TIME_MISMATCH', nonRetryable: true };
    await expect(run(noon + seconds * 1000)).rejects.toMatchObject(refused);
  });

  it('takes the time it was first asked at, however often it is tried: 2 days later', async () => {
    await expect(run(noon, noon + 2 * 86_400_000)).resolves.toBeDefined();
  });
});
