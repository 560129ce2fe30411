import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { allocateLines, allocateText, type AllocateOptions } from '../../scripts/commands/allocate';
import { certifyText } from '../../scripts/commands/certify';
import { publishedCases } from '../domain/deals';

const row = (name: string, ...[requested = 1, average = 1]: unknown[]) => {
  return { name, requested_amount: requested, average_amount: average };
};
const written = (rows: object[], more: object = {}) => {
  return JSON.stringify({ allocation_amount: 100, investor_amounts: rows, ...more });
};
const refusal = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    const { code, kind, path, message } = error as Record<string, string>;
    return { code, kind, path, message };
  }
  throw new Error('nothing was refused');
};
const lines = async (input: (string | Uint8Array)[], options?: AllocateOptions) => {
  const output = new PassThrough();
  const source = async function* () {
    for (const chunk of input) yield await Promise.resolve(chunk);
  };
  const read = text(output);
  const exitCode = await allocateLines({ input: source(), output }, options);
  output.end();
  return { exitCode, lines: (await read).split('\n').slice(0, -1) };
};

describe('allocate', () => {
  it.each(publishedCases())(
    'answers "$name" as text, numbers or decimal strings alike',
    (published) => {
      const options = { rule: published.rule ?? 'prorate@1' };
      for (const amount of [(written: string) => written, Number]) {
        const rows = Object.entries(published.investors).map(([name, [requested, average]]) => {
          return row(name, amount(requested), amount(average));
        });
        const input = written(rows, { allocation_amount: amount(published.allocation) });
        expect(allocateText(input, options)).toEqual({
          text: JSON.stringify(published.expected),
          exitCode: 0,
        });
      }
    },
  );

  it('reads 0.1 and 9007199254740993 minor units from their text, not through a float', () => {
    const whole = '{"allocation_amount": 9999999999999.99, "investor_amounts": [{"name": "A",';
    const rest =
      '"requested_amount": 9999999999999.99, "average_amount": 0.10000000000000000001}]}';
    expect(allocateText(whole + rest).text).toBe('{"A":"9999999999999.99"}');
  });

  it('keeps names like 10, __proto__ and constructor in the order of the case', () => {
    const names = ['b', '10', '__proto__', '9', 'constructor', '😀"\n'];
    const { text: result } = allocateText(written(names.map((name) => row(name))));
    expect(result).toBe(`{${names.map((name) => `${JSON.stringify(name)}:"1.00"`).join(',')}}`);
  });

  it('counts in the currency of the case: whole yen, 3 decimals in dinars', () => {
    const rows = [row('A', 50), row('B', 50), row('C', 50)];
    expect(allocateText(written(rows, { currency: 'JPY' })).text).toBe(
      '{"A":"34","B":"33","C":"33"}',
    );
    expect(allocateText(written(rows, { currency: 'KWD' })).text).toContain('"33.334"');
  });

  it('puts the certificate beside the result, a rate of 3/2 in major units', () => {
    const rows = [row('A', 90, '20.0001'), row('B', 90, '19.9999'), row('C', 40, '1e2')];
    const { text: answer } = allocateText(written(rows), { certificate: true });
    expect(JSON.parse(answer)).toEqual({
      result: { A: '30.00', B: '30.00', C: '40.00' },
      certificate: {
        holds: true,
        rate: { num: '3', den: '2' },
        capped: ['C'],
        open: ['A', 'B'],
        tiers: [{ tier: 'history', available: '100.00', rate: { num: '3', den: '2' } }],
        findings: [],
      },
    });
  });

  it('gives the rate of newcomers as 100/3 major units each', () => {
    const rows = [row('A', 90, 0), row('B', 90, 0), row('C', 90, 0)];
    const { text: answer } = allocateText(written(rows), { certificate: true });
    const { certificate } = JSON.parse(answer) as {
      certificate: { rate: object; tiers: object[] };
    };
    expect(certificate.rate).toEqual({ num: '100', den: '3' });
    expect(certificate.tiers[1]).toMatchObject({ tier: 'no-history', available: '100.00' });
  });

  it('answers {} for a case with 0 investors', () => {
    expect(allocateText(written([])).text).toBe('{}');
  });

  it.each([
    ['', '', 'found no text'],
    [' \n', '', 'found no text'],
    ['[]', '', 'found a list'],
    ['"x"', '', 'found a text'],
    ['{}', 'allocation_amount', 'expected an amount, a number or a decimal text, found nothing'],
    [written([row('A', -1)]), 'investor_amounts[0].requested_amount', 'found "-1"'],
    [written([row('A', 1, '-0.5')]), 'investor_amounts[0].average_amount', 'found "-0.5"'],
    [written([row('A'), row('B', '1.005')]), 'investor_amounts[1].requested_amount', 'at most 2'],
    [written([], { allocation_amount: '0.001' }), 'allocation_amount', 'at most 2 decimals (USD)'],
    [written([], { allocation_amount: 'NaN' }), 'allocation_amount', 'found "NaN"'],
    [written([], { allocation_amount: '' }), 'allocation_amount', 'found ""'],
    [written([], { allocation_amount: null }), 'allocation_amount', 'found null'],
    [written([], { allocation_amount: true }), 'allocation_amount', 'found true'],
    [written([], { allocation_amount: [1] }), 'allocation_amount', 'found a list'],
    [written([], { allocation_amount: 1e21 }), 'allocation_amount', 'at most 20 digits'],
    [
      written([], { allocation_amount: '10000000000000.01' }),
      'allocation_amount',
      '10000000000000.00',
    ],
    [written([row('A', 1, '10000000000000.01')]), 'investor_amounts[0].average_amount', 'at most'],
    ['{"allocation_amount": 1e999999999, "investor_amounts": []}', 'allocation_amount', 'digits'],
    [
      written([row('A'), row('B'), row('A')]),
      'investor_amounts[2].name',
      'after investor_amounts[0]',
    ],
    [written([row('')]), 'investor_amounts[0].name', 'expected a name, found none'],
    [written([row('\t')]), 'investor_amounts[0].name', 'expected a name, found none'],
    [written([{ ...row('A'), name: 7 }]), 'investor_amounts[0].name', 'found a number'],
    [
      written([{ name: 'A', requested_amount: 1 }]),
      'investor_amounts[0].average_amount',
      'nothing',
    ],
    [written([{ ...row('A'), note: 'x' }]), 'investor_amounts[0].note', 'no field of this name'],
    [written([], { result: {} }), 'result', 'no field of this name'],
    [written([], { 'a b': 1 }), '["a b"]', 'no field of this name'],
    [written([], { currency: 'usd' }), 'currency', 'found "usd"'],
    [written([], { currency: null }), 'currency', 'found null'],
    [written([], { investor_amounts: {} }), 'investor_amounts', 'found an object'],
    [written([], { investor_amounts: [null] }), 'investor_amounts[0]', 'found null'],
    ['{"__proto__": 1, "allocation_amount": 1, "investor_amounts": []}', '__proto__', 'no field'],
    ['{"allocation_amount": 1, "allocation_amount": 2}', 'allocation_amount', 'found it again'],
    ['{"allocation_amount": NaN, "investor_amounts": []}', 'allocation_amount', 'found "NaN'],
    ['{"allocation_amount": .5, "investor_amounts": []}', 'allocation_amount', 'expected JSON'],
    ['{"allocation_amount": 01, "investor_amounts": []}', 'allocation_amount', 'expected JSON'],
    ['{"allocation_amount": 1, "investor_amounts": [],}', '', 'expected JSON'],
    ['{"allocation_amount": 1, /* x */ "investor_amounts": []}', '', 'expected JSON'],
    ['{"allocation_amount": 1, "investor_amounts": []} x', '', 'expected JSON'],
    ['{"allocation_amount": 1', 'allocation_amount', 'expected JSON, found its end at line 1'],
    ['['.repeat(200_000), '', 'nested too deeply'],
    [written([{ ...row('A'), name: '\ud83d' }]), 'investor_amounts[0].name', 'half a character'],
  ])('refuses bad input %#, naming its field', (input, path, message) => {
    const refused = refusal(() => allocateText(input));
    expect(refused).toMatchObject({ code: 'INPUT_INVALID', kind: 'rejected', path });
    expect(refused.message).toContain(message);
    // A message names its field by itself, wherever it is shown.
    expect(refused.message?.startsWith(path === '' ? 'expected' : `${path}: expected`)).toBe(true);
  });

  it('refuses a rule that is none of the 9, naming them', () => {
    const refused = refusal(() => allocateText(written([]), { rule: 'prorate@2' }));
    expect(refused.path).toBe('--rule');
    expect(refused.message).toContain('prorate@1, single-redistribution, drifting-weights');
  });
});

describe('allocate --lines', () => {
  const good = written([row('A', 40), row('B', 90)]);

  it('answers 1 line for each line and exits 2 at the end for a bad one', async () => {
    const bad = written([row('A'), row('B', -1)]);
    const answered = await lines([`${good}\n${bad}\n\n${good}\n`]);
    expect(answered.exitCode).toBe(2);
    expect(answered.lines).toHaveLength(4);
    expect(answered.lines[3]).toBe('{"A":"40.00","B":"60.00"}');
    const errors = answered.lines.slice(1, 3).map((each) => JSON.parse(each) as unknown);
    expect(errors).toMatchObject([
      {
        error: {
          code: 'INPUT_INVALID',
          kind: 'rejected',
          path: 'investor_amounts[1].requested_amount',
          line: 2,
        },
      },
      { error: { code: 'INPUT_INVALID', path: '', line: 3 } },
    ]);
  });

  it('exits 0 when all of 3 lines are good, with or without a newline at the end', async () => {
    for (const end of ['', '\n', '\r\n']) {
      const { exitCode, lines: answers } = await lines([`${good}\n${good}\r\n${good}${end}`]);
      expect([exitCode, answers.length]).toEqual([0, 3]);
    }
    expect(await lines([])).toEqual({ exitCode: 0, lines: [] });
  });

  it('joins a line that came in 3 pieces, also through the middle of a character', async () => {
    const bytes = Buffer.from(`${written([row('😀')])}\n`);
    const cut = bytes.indexOf(0xf0) + 2;
    const pieces = [bytes.subarray(0, 5), bytes.subarray(5, cut), bytes.subarray(cut)];
    expect(await lines(pieces)).toEqual({ exitCode: 0, lines: ['{"😀":"1.00"}'] });
  });

  it('does not take U+2028 in a name for the end of line 1', async () => {
    const { exitCode, lines: answers } = await lines([`${written([row('a\u2028b')])}\n`]);
    expect([exitCode, answers]).toEqual([0, [`{"a\u2028b":"1.00"}`]]);
  });

  it('refuses line 1 when its bytes are not UTF-8, and goes on', async () => {
    const { exitCode, lines: answers } = await lines([Buffer.from([0xff, 0x0a]), good]);
    expect(exitCode).toBe(2);
    expect(answers[0]).toContain('expected text in UTF-8');
    expect(answers[1]).toBe('{"A":"40.00","B":"60.00"}');
  });

  it('answers line 1 before it takes the rest of its input', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const finished = allocateLines({ input, output });
    input.write(`${good}\n`);
    const [first] = (await once(output, 'data')) as [Buffer];
    expect(first.toString()).toBe('{"A":"40.00","B":"60.00"}\n');
    input.end();
    expect(await finished).toBe(0);
  });
});

describe('certify on text', () => {
  const rows = [row('A', 100, 100), row('__proto__', 25, 25)];
  const given = (result: string) => {
    return written(rows).replace(/\}$/, `,"result":${result}}`);
  };

  it('exits 0 with the witness when the 2 shares are right', () => {
    const { text: answer, exitCode } = certifyText(given('{"A":"80.00","__proto__":20}'));
    expect(exitCode).toBe(0);
    expect(JSON.parse(answer)).toMatchObject({ holds: true, rate: { num: '4', den: '5' } });
  });

  it('exits 3 and names who has 0.01 too much and too little', () => {
    const { text: answer, exitCode } = certifyText(given('{"A":"80.01","__proto__":"19.99"}'));
    expect(exitCode).toBe(3);
    expect(JSON.parse(answer)).toMatchObject({
      holds: false,
      findings: [
        {
          kind: 'wrong-share',
          amount: '0.01',
          people: [
            { name: 'A', share: '80.01', right: '80.00' },
            { name: '__proto__', share: '19.99', right: '20.00' },
          ],
        },
      ],
    });
  });

  it.each([
    ['{"A":"80.00"}', 'result', 'found none for "__proto__"; write "0"'],
    ['{"A":"80","__proto__":20,"X":1}', 'result.X', 'expected the name of an investor'],
    ['{"A":"80.001","__proto__":20}', 'result.A', 'at most 2 decimals'],
    ['{"A":-1,"__proto__":20}', 'result.A', 'found "-1"'],
    ['{"A":null,"__proto__":20}', 'result.A', 'found null'],
    ['{"A":1,"A":1,"__proto__":20}', 'result.A', 'found it again'],
    ['[]', 'result', 'found a list'],
    ['7', 'result', 'found a number'],
  ])('refuses the result %s at %s', (result, path, message) => {
    const refused = refusal(() => certifyText(given(result)));
    expect(refused.path).toBe(path);
    expect(refused.message).toContain(message);
  });

  it('refuses a case with 0 results', () => {
    expect(refusal(() => certifyText(written(rows))).path).toBe('result');
  });
});
