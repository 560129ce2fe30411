import fs from 'node:fs';
import { Bank } from '../../bank/bank';
import { Journal } from '../../bank/journal';
import { newStorePath, removeStore } from './open-bank';

type JournalModule = { Journal: typeof Journal };

describe('the bank’s journal', () => {
  let storePath: string;
  beforeEach(() => {
    storePath = newStorePath();
  });
  afterEach(() => {
    removeStore(storePath);
  });
  const replayed = async () => {
    const values: unknown[] = [];
    const journal = Journal.open(storePath, (value) => values.push(value));
    await journal.close();
    return values;
  };

  it('gives back 1,000 lines in the order they were appended', async () => {
    const journal = Journal.open(storePath, () => undefined);
    const waits = Array.from({ length: 1000 }, async (_, index) => {
      if (index % 10 === 0) await journal.settled();
      journal.append({ index });
      return journal.settled();
    });
    await Promise.all(waits);
    const kept = fs.readFileSync(storePath, 'utf8').trimEnd().split('\n');
    await journal.close();
    expect(kept).toHaveLength(1000);
    expect((await replayed()).map((value) => JSON.stringify(value))).toEqual(kept);
  });

  it('has a line in the file by the time it is settled', async () => {
    const journal = Journal.open(storePath, () => undefined);
    journal.append('first');
    const settled = journal.settled();
    journal.append('second');
    await settled;
    expect(fs.readFileSync(storePath, 'utf8')).toContain('"first"\n');
    await journal.close();
    expect(await replayed()).toEqual(['first', 'second']);
  });

  it('cuts off a last line without its end, and goes on after the one before', async () => {
    fs.writeFileSync(storePath, '1\n2\n{"amount":"7081.');
    const journal = Journal.open(storePath, () => undefined);
    journal.append(3);
    await journal.close();
    expect(fs.readFileSync(storePath, 'utf8')).toBe('1\n2\n3\n');
  });

  it('settles nothing before an fsync has come back, 1 for lines that meet', async () => {
    const happened: string[] = [];
    const real = fs.fsync;
    const watched = jest.spyOn(fs, 'fsync').mockImplementation((fd, done) => {
      real(fd, (error) => {
        happened.push('fsync');
        done(error);
      });
    });
    jest.resetModules(); // The journal takes hold of fsync when it is loaded.
    const { Journal: Watched } = jest.requireActual<JournalModule>('../../bank/journal');
    const journal = Watched.open(storePath, () => undefined);
    const settle = () => journal.settled().then(() => happened.push('settled'));
    for (const value of ['first', 'second']) journal.append(value);
    await Promise.all([settle(), settle()]);
    await journal.close();
    watched.mockRestore();
    expect(happened).toEqual(['fsync', 'settled', 'settled']);
  });

  it('refuses a store whose records go from 1 to 3, since one was taken out', () => {
    const record = { at: '2026-11-21T10:00:00.000Z', kind: 'faults', faults: [] };
    const lines = [1, 3].map((n) => JSON.stringify({ n, ...record }));
    fs.writeFileSync(storePath, `${lines.join('\n')}\n`);
    expect(() => new Bank(storePath)).toThrow('expected record 2, found record 3');
  });

  it.each([
    ['in the middle', '1\n{"amo\n3\n', 2],
    ['at the end, though finished', '1\n2\n{"amo\n', 3],
  ])('refuses a line broken %s, by its number', (_, content, line) => {
    fs.writeFileSync(storePath, content);
    const open = () => Journal.open(storePath, () => undefined);
    expect(open).toThrow(`Line ${line} of the bank's store`);
    expect(fs.readFileSync(storePath, 'utf8')).toBe(content);
  });

  it('settles nothing more once another program wrote to the store', async () => {
    const journal = Journal.open(storePath, () => undefined);
    journal.append('ours');
    await journal.settled();
    fs.appendFileSync(storePath, '"theirs"\n');
    journal.append('after');
    await expect(journal.settled()).rejects.toMatchObject({ code: 'STORE_BROKEN' });
    journal.append('later');
    await expect(journal.settled()).rejects.toThrow('another bank writes to it');
    await expect(journal.close()).rejects.toThrow('another bank writes to it');
    expect(fs.readFileSync(storePath, 'utf8')).toBe('"ours"\n"theirs"\n');
  });
});
