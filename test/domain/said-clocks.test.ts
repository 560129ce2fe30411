import { saidClocks, type TeamAnswers } from '../../domain/said-clocks';

const insurer = { to: 'the insurer', about: 'notice of circumstances', due: '2026-12-05' };
const clocksOf = (answers: Record<string, unknown>, team: TeamAnswers['team'] = 'operations') =>
  saidClocks([{ team, answers }]).map(({ clock, dueOn, warnOn }) => [clock, dueOn, warnOn]);

describe('a day that a team has named', () => {
  it('for a report is warned of 3 days before it, by whom it is for', () => {
    expect(clocksOf({ reports: [insurer] })).toEqual([
      ['report/2026-12-05/the-insurer', '2026-12-05', '2026-12-02'],
    ]);
  });

  it('for 2 reports to one place is 2 clocks, also where its name is not Latin', () => {
    const authority = { to: '金融庁', about: 'a loss', due: '2026-12-05' };
    const reports = [insurer, authority, { ...authority, about: 'a fault' }];
    expect(clocksOf({ reports }).map(([clock]) => clock)).toEqual([
      'report/2026-12-05/the-insurer',
      'report/2026-12-05/金融庁',
      'report/2026-12-05/金融庁-2',
    ]);
  });

  it('for an answer is warned of 1 day before it, and over once there is an answer', () => {
    const since = { unknown: 'the release notes of 2024, engineering', by: '2026-11-25' };
    expect(clocksOf({ since, where: 'the divisor' }, 'engineering')).toEqual([
      ['answer/engineering/since', '2026-11-25', '2026-11-24'],
    ]);
    expect(clocksOf({ since: { on: '2024-02-01' } }, 'engineering')).toEqual([]);
  });

  it('is none where there are 0 reports, or nobody knows of any yet', () => {
    const none = { noImpact: 'the list of duties', lookedBy: 'Omar' };
    expect(clocksOf({ reports: none })).toEqual([]);
    const unknown = { unknown: 'counsel is asked', by: '2026-11-25' };
    expect(clocksOf({ reports: unknown }).map(([clock]) => clock)).toEqual([
      'answer/operations/reports',
    ]);
  });
});
