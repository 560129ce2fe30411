import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { teams, type Team } from '../../contracts/command';
import { flawText, formFlaws } from '../../contracts/form-flaws';
import { formSchema, questionsOf } from '../../contracts/forms';
import { packageRoot } from '../../workers/package-root';
import { filled, none, unknown } from './team-answers';

const at = '2026-11-21T12:00:00.000Z';
const flawsOf = (team: Team, changed: Record<string, unknown>) =>
  formFlaws({ team, answers: { ...filled[team], ...changed }, at });
const paths = (team: Team, changed: Record<string, unknown>) =>
  flawsOf(team, changed).map(({ path }) => path);

const published = (team: Team) =>
  JSON.parse(readFileSync(join(packageRoot(), `docs/forms/${team}.json`), 'utf8')) as Record<
    string,
    unknown
  >;

describe('a filled form', () => {
  it.each(teams)('of %s is taken as the demonstration fills it', (team) => {
    expect(flawsOf(team, {})).toEqual([]);
  });

  it('left empty has 1 flaw per question, each with its name, the reason and the remedy', () => {
    const flaws = formFlaws({ team: 'operations', answers: {}, at });
    expect(flaws.map(({ path }) => path)).toEqual(
      questionsOf('operations').map(({ name }) => name),
    );
    expect(flawText(flaws[0]!)).toBe(
      'deals: has no answer. Write such as ["HALDEN-A","MARROW-SEED"]; or {"noImpact": "what was ' +
        'looked at", "lookedBy": "who looked"}; or {"unknown": "what is missing, who finds out", ' +
        '"by": "a day"}.',
    );
  });

  it('may say of any of its 24 questions that it is not known yet, with a day', () => {
    for (const team of teams) {
      const answers = Object.fromEntries(questionsOf(team).map(({ name }) => [name, unknown]));
      expect(formFlaws({ team, answers, at })).toEqual([]);
    }
    expect(paths('engineering', { where: { unknown: 'somebody looks' } })).toEqual(['where.by']);
    expect(paths('engineering', { where: { ...unknown, by: 'soon' } })).toEqual(['where.by']);
  });

  it('will know nothing on a day that is over: 19 November seen from the 21st', () => {
    const [flaw] = flawsOf('engineering', { where: { ...unknown, by: '2026-11-19' } });
    expect(flaw).toMatchObject({
      path: 'where.by',
      reason: 'expected a day by which it will be known, found 2026-11-19',
    });
    expect(paths('engineering', { where: { ...unknown, by: '2026-11-21' } })).toEqual([]);
  });

  it('says "no impact" with what was looked at and by whom; 1 of the 2 is not enough', () => {
    expect(paths('operations', { deals: none, customersMoney: none })).toEqual([]);
    expect(paths('operations', { customersMoney: { noImpact: 'tickets' } })).toEqual([
      'customersMoney.lookedBy',
    ]);
    expect(paths('operations', { customersMoney: 'none', deals: [] })).toEqual(['deals']);
  });

  it('cannot say "no impact" of where the fault is, or of 1 other thing that always is', () => {
    expect(flawsOf('engineering', { where: none })).toMatchObject([
      { path: 'where', reason: 'there is always an answer to this, so "no impact" is none' },
    ]);
    expect(paths('engineering', { serviceDown: none })).toEqual(['serviceDown']);
  });

  it.each([
    ['complaints[0].on', 'customer-success', { complaints: [{ investor: 'E', said: 'low' }] }],
    [
      'complaints[0]',
      'customer-success',
      { complaints: [{ investor: 'E', name: 'Eve', on: '2026-11-01', said: 'low' }] },
    ],
    ['since', 'engineering', { since: {} }],
    ['since.on', 'engineering', { since: { on: 'last week' } }],
    ['deals', 'engineering', { deals: 'OLD' }],
    ['deals[1]', 'engineering', { deals: ['OLD', 7] }],
    ['deals.count', 'engineering', { deals: { count: 0 } }],
    ['reports[0].due', 'operations', { reports: [{ to: 'the SEC', about: 'x', due: '1.12.' }] }],
    ['serviceDown', 'operations', { serviceDown: 'no' }],
    ['cause', 'engineering', { cause: 'a typo' }],
  ] as const)('names %s when %s has it wrong', (path, team, changed) => {
    expect(paths(team, changed)).toEqual([path]);
  });

  it('was first known on a day that has been, wherever on earth: at most 22 November', () => {
    const firstKnown = (on: string) => ({ firstKnown: { on, through: 'a call' } });
    expect(paths('engineering', firstKnown('2026-11-22'))).toEqual([]);
    expect(paths('engineering', firstKnown('2026-11-23'))).toEqual(['firstKnown.on']);
  });

  it('asks for a change, and takes neither an address nor a name of 2 words for one', () => {
    for (const who of ['erik@example.com', 'Erik Sand', '']) {
      expect(paths('engineering', { introducedBy: who })).toEqual(['introducedBy']);
      const since = { ruleVersion: who };
      expect(paths('engineering', { since })).toEqual(['since.ruleVersion']);
    }
    expect(
      paths('engineering', { introducedBy: '3f2a1c9', since: { ruleVersion: 'v12' } }),
    ).toEqual([]);
  });
});

describe('docs/forms', () => {
  it.each(teams)('has the form of %s as npm run forms writes it today', (team) => {
    expect(published(team)).toEqual(JSON.parse(JSON.stringify(formSchema(team))));
    expect(published(team)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
    });
  });

  it.each(teams)('refuses of %s by itself what we refuse: 1 empty form, 1 stranger', (team) => {
    const schema = z.fromJSONSchema(published(team));
    expect(schema.safeParse(filled[team]).success).toBe(true);
    expect(schema.safeParse({}).success).toBe(false);
    expect(schema.safeParse({ ...filled[team], more: 1 }).success).toBe(false);
  });

  it('says in its own words that it asks for no person, in 1 place', () => {
    expect(JSON.stringify(published('engineering'))).toContain('Never a person');
  });
});
