import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { genesis, verifyEntries, type StoredEntry } from '../../proof/evidence-chain';
import { sealEntry } from '../support/seal-entry';

const at = '2026-03-04T05:06:07.089Z';

function chainOf(length: number): StoredEntry[] {
  const entries: StoredEntry[] = [];
  let head = genesis;
  for (let index = 0; index < length; index += 1) {
    const body = { amount: `${index}.00`, currency: 'USD' };
    const entry = sealEntry(head, { at, actor: 'makewhole', kind: 'fact', body });
    entries.push(entry);
    head = { seq: entry.seq, hash: entry.hash };
  }
  return entries;
}

const whole = chainOf(200);

/** Anything but the untouched chain; a cut at the very end is what heads elsewhere are for. */
const tampered = fc
  .record({
    seq: fc.integer({ min: 1, max: 199 }),
    how: fc.constantFrom(
      'edit',
      'edited link',
      'resealed edit',
      'insert',
      'swap',
      'drop',
      'repeat',
    ),
  })
  .map(({ seq, how }) => ({ seq, how, entries: tamper(seq, how) }));

function tamper(seq: number, how: string): StoredEntry[] {
  const entries = structuredClone(whole);
  const index = seq - 1;
  const [victim, next] = [entries[index], entries[index + 1]];
  if (victim === undefined || next === undefined) throw new Error('out of the chain');
  const before = index === 0 ? genesis : { seq: index, hash: entries[index - 1]?.hash ?? '' };
  const other = { at, actor: 'mallory', kind: 'fact', body: {} };
  if (how === 'edited link') victim.prevHash = 'a'.repeat(64);
  if (how === 'edit') victim.entry = victim.entry.replace('USD', 'EUR');
  if (how === 'resealed edit') entries[index] = sealEntry(before, other);
  if (how === 'insert') entries.splice(index, 0, sealEntry(before, other));
  if (how === 'swap') entries.splice(index, 2, next, victim);
  if (how === 'drop') entries.splice(index, 1);
  if (how === 'repeat') entries.splice(index, 0, victim);
  return entries;
}

describe('the evidence chain', () => {
  it('hashes the 64 characters of the previous hash and the canonical text, nothing else', () => {
    const [first, second] = chainOf(2);
    const body = '{"amount":"1.00","currency":"USD"}';
    const text = `{"actor":"makewhole","at":"${at}","body":${body},"kind":"fact","seq":2}`;
    expect(first?.prevHash).toBe('0'.repeat(64));
    expect(second?.entry).toBe(text);
    const hash = createHash('sha256')
      .update(`${first?.hash ?? ''}${text}`, 'utf8')
      .digest('hex');
    expect(second?.hash).toBe(hash);
  });

  it('gives the head of 200 untouched entries, and of none', () => {
    expect(verifyEntries(whole)).toEqual({ seq: 200, hash: whole[199]?.hash });
    expect(verifyEntries([])).toEqual(genesis);
  });

  it('finds every edit, insertion, reordering and drop inside 200 entries at once', () => {
    fc.assert(
      fc.property(tampered, ({ seq, how, entries }) => {
        const found = verifyEntries(entries);
        // A well-sealed stranger is only betrayed by the entry after it.
        const latest =
          how === 'resealed edit' || how === 'insert' || how === 'repeat' ? seq + 1 : seq;
        return 'what' in found && found.seq >= seq && found.seq <= latest;
      }),
      { seed: 200, numRuns: 500 },
    );
  });

  it.each([
    ['is no JSON', 'x', 'cannot be read as JSON'],
    [
      'has its members in another order',
      '{"seq":1,"actor":"a","at":"2026-03-04T05:06:07.089Z","body":{},"kind":"fact"}',
      'not canonical JSON',
    ],
    [
      'repeats a member',
      '{"actor":"a","actor":"a","at":"2026-03-04T05:06:07.089Z","body":{},"kind":"fact","seq":1}',
      'not canonical JSON',
    ],
    [
      'has a sixth member',
      '{"actor":"a","at":"2026-03-04T05:06:07.089Z","body":{},"kind":"fact","seq":1,"x":1}',
      'not an entry',
    ],
    [
      'lacks the milliseconds',
      '{"actor":"a","at":"2026-03-04T05:06:07Z","body":{},"kind":"fact","seq":1}',
      'not an entry',
    ],
    [
      'has another number than its row',
      '{"actor":"a","at":"2026-03-04T05:06:07.089Z","body":{},"kind":"fact","seq":2}',
      'says it is entry 2',
    ],
  ])('finds a text that %s although its hash fits', (_, entry, what) => {
    const hash = createHash('sha256')
      .update(genesis.hash + entry)
      .digest('hex');
    const found = verifyEntries([{ seq: 1, entry, prevHash: genesis.hash, hash }]);
    expect(found).toEqual({ seq: 1, what: expect.stringContaining(what) as string });
  });
});
