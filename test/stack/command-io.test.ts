import {
  asCommandError,
  CommandError,
  type CommandIo,
  exitCodeOf,
  runCommand,
} from '../../scripts/command-io';
import { prepareStateDir } from '../../scripts/stack/state-dir';

function recorder(json: boolean): CommandIo & { stdout: string[]; stderr: string[] } {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const out = (text: string): void => void stdout.push(text);
  const err = (text: string): void => void stderr.push(text);
  const called = { program: './makewhole', state: undefined };
  return { json, yes: false, stateDir: '/nowhere', called, out, err, stdout, stderr };
}

const unreachable = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('how a command ends', () => {
  it.each([
    ['rejected', 2],
    ['refused', 3],
    ['fault', 4],
    ['bug', 70],
  ] as const)('a failure of kind %s gives exit code %i', async (kind, exitCode) => {
    const io = recorder(false);
    const error = new CommandError({ code: 'X', kind, message: 'Why.' });
    expect(await runCommand(() => Promise.reject(error), io)).toBe(exitCode);
    expect(io.stdout).toEqual([]);
    expect(io.stderr[0]).toBe('Why. (X)');
    expect(exitCodeOf(kind)).toBe(exitCode);
  });

  it('under --json a failure is 1 document on stdout: code, kind, message, path', async () => {
    const io = recorder(true);
    const given = {
      code: 'INPUT_INVALID',
      kind: 'rejected',
      message: 'No.',
      path: 'a[1]',
    } as const;
    await runCommand(() => Promise.reject(new CommandError(given)), io);
    expect(io.stdout.map((line) => JSON.parse(line) as unknown)).toEqual([{ error: given }]);
    expect(io.stderr).toEqual([]);
  });

  it('an interruption gives exit code 130 and says nothing', async () => {
    const io = recorder(true);
    const run = (): Promise<number> => {
      AbortSignal.abort().throwIfAborted();
      return Promise.resolve(0);
    };
    expect(await runCommand(run, io)).toBe(130);
    expect(io.stdout).toEqual([]);
  });

  it('a refused connection is a fault that says how to start the stack', () => {
    const error = asCommandError(unreachable);
    expect(error).toMatchObject({ kind: 'fault', code: 'SERVICE_UNREACHABLE' });
    expect(error.message).toContain('./makewhole up');
  });

  it.each(['57P03', '53300', '08006', undefined])(
    'a database that answers %s, or cuts us off, is a fault (exit 4) and no bug of ours',
    (code) => {
      const lost = new Error('Connection terminated unexpectedly');
      const error = asCommandError(code === undefined ? lost : Object.assign(lost, { code }));
      expect(error).toMatchObject({ kind: 'fault', code: 'DATABASE_DOWN' });
      expect(error.message).toContain('./makewhole doctor');
    },
  );

  it.each([
    ['ENOSPC', 'FILE_UNUSABLE', 'the disk is full'],
    ['EACCES', 'FILE_UNUSABLE', 'may not read or write'],
    ['EROFS', 'FILE_UNUSABLE', 'read-only'],
    ['53300', 'DATABASE_DOWN', 'no connection left'],
    ['57P01', 'DATABASE_DOWN', 'being shut down'],
    ['28P01', 'DATABASE_DOWN', 'password'],
  ])('%s is a fault of the world, %s, that says what is wrong', (code, ours, words) => {
    const error = asCommandError(Object.assign(new Error('as the system says it'), { code }));
    expect(error).toMatchObject({ kind: 'fault', code: ours });
    expect(error.message).toContain(words);
    expect(error.message).toContain('try again');
  });

  it('a connection that the database drops is a fault, though it has no code', () => {
    const error = asCommandError(new Error('Connection terminated unexpectedly'));
    expect(error).toMatchObject({ kind: 'fault', code: 'DATABASE_DOWN' });
  });

  it('a state folder where none can be made is told at once, exit 4', () => {
    const making = () => prepareStateDir('/dev/null/state/of/mine');
    expect(making).toThrow('/dev/null/state/of/mine cannot be made');
    expect(making).toThrow('choose another --state');
  });

  it('an error that carries a code and a kind of its own keeps them', () => {
    const typed = Object.assign(new Error('Stale.'), { code: 'DIGEST_STALE', kind: 'refused' });
    expect(asCommandError(typed)).toMatchObject({ code: 'DIGEST_STALE', kind: 'refused' });
  });

  it('anything else is our bug, with its stack on stderr (exit 70)', async () => {
    const io = recorder(true);
    const run = (): Promise<number> => Promise.reject(new TypeError('x is undefined'));
    expect(await runCommand(run, io)).toBe(70);
    expect(io.stderr.join('\n')).toContain('command-io.test');
  });
});
