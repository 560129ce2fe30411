import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { teams, type Team } from '../../contracts/command';
import { formFlaws } from '../../contracts/form-flaws';
import { questionsOf } from '../../contracts/forms';
import { registerAnswer } from '../../scripts/commands/answer';
import { formTemplate } from '../../scripts/form-template';
import { readForm } from '../../scripts/read-form';
import { filled } from '../domain/team-answers';
import { typed } from '../support/typed-command';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'makewhole-form-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const incident = 'INC-2026-0042';
const asked = { openedAt: '2026-11-21T12:00:00.000Z', deadlineAt: '2026-11-23T12:00:00.000Z' };
const written = (text: string) => {
  const file = join(folder, 'form.jsonc');
  writeFileSync(file, text);
  return file;
};
const template = (team: Team, answers: object[] = []) => {
  const said = answers.map((each, index) => {
    const given = { by: 'erik', answeredAt: asked.openedAt, late: false };
    return { ...given, version: index + 1, answers: { ...each } };
  });
  const form = { ...asked, team, delegate: null, answers: said };
  return formTemplate({ incident, team, form });
};

describe('the form to fill in', () => {
  it.each(teams)('of %s is read as 1 object with null for each question', (team) => {
    const answers = readForm(written(template(team)));
    expect(Object.keys(answers)).toEqual(questionsOf(team).map(({ name }) => name));
    expect(Object.values(answers).every((answer) => answer === null)).toBe(true);
  });

  it('is text that 1 person can read: questions, examples, deadline, command, 96 columns', () => {
    const text = template('engineering');
    expect(text).toContain('// 5. Which change introduced it?');
    expect(text).toContain('by 2026-11-23T12:00:00.000Z');
    expect(text).toContain(`makewhole answer ${incident} --team engineering`);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(96);
  });

  it.each(teams)('of %s, filled before, comes back as version 1 and is taken again', (team) => {
    const text = template(team, [filled[team]]);
    expect(text).toContain('// Version 1, by erik');
    const answers = readForm(written(text));
    expect(answers).toEqual(filled[team]);
    expect(formFlaws({ team, answers, at: asked.openedAt })).toEqual([]);
  });
});

describe('answer', () => {
  /** Types it where there is no stack at all. */
  const hand = async (text: string) => {
    const words = ['answer', incident, '--team', 'engineering', '--file', written(text)];
    const line = { stateDir: folder, registers: [registerAnswer] };
    const { code, out } = await typed({ ...line, words: ['--json', ...words, '--as', 'erik'] });
    return { code, error: (JSON.parse(out) as { error: Record<string, string> }).error };
  };

  it('names field, reason and remedy of each flaw before anything is signed, exit 2', async () => {
    const { code, error } = await hand(
      JSON.stringify({ ...filled.engineering, since: {}, fix: 3 }),
    );
    expect(code).toBe(2);
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', kind: 'rejected', path: 'since' });
    expect(error['message']?.split('\n')).toEqual([
      'expected the rule version it began with, the day, or both; found neither. Write ' +
        'such as {"ruleVersion":"2024.2","on":"2024-10-22"}; or {"unknown": "what is missing, ' +
        'who finds out", "by": "a day"}.',
      expect.stringMatching(/^fix: expected a text\. Write such as "Back to prorate@1;/),
    ]);
  });

  it('names line and column of what is no JSON, and of a question answered twice', async () => {
    expect((await hand('{\n  "where": "here"\n  "fix": 1 }')).error['message']).toMatch(
      /^expected one JSON object, comments allowed; line 3, column 3: comma expected/,
    );
    expect((await hand('{"where": 1,\n"where": 2}')).error['message']).toBe(
      'line 2, column 1, where: answered twice; keep one',
    );
    expect((await hand('[]')).code).toBe(2);
  });

  it('takes comments and a comma too many, as 1 tired person leaves them', () => {
    expect(readForm(written('\uFEFF// mine\n{"where": "here", /* or */ }'))).toEqual({
      where: 'here',
    });
  });
});
