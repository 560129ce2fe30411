import { z } from 'zod';
import type { Entry } from '../book';
import { faultKind, type Page } from './fault-kind';

type Entries = readonly Entry[];

const middle = (entries: Entries): number => Math.floor(entries.length / 2);

/** What each way does to a page; a page too short for it is left as it is. */
const ways = {
  'leave-out': (page) => ({ ...page, entries: page.entries.toSpliced(middle(page.entries), 1) }),
  repeat: (page) => {
    const at = middle(page.entries);
    return { ...page, entries: page.entries.toSpliced(at, 0, ...page.entries.slice(at, at + 1)) };
  },
  reorder: (page) => ({ ...page, entries: page.entries.toReversed() }),
  lag: ({ account, lastSeq, entries }) => {
    return { account, lastSeq: lastSeq - 1, entries: entries.filter(({ seq }) => seq < lastSeq) };
  },
} satisfies Record<string, (page: Page) => Page>;

const entriesMin = { 'leave-out': 1, repeat: 1, reorder: 2, lag: 1 };

/**
 * The next `count` pages with entries (of `account`, if named) leave an entry out, repeat one, turn
 * their order round, or lag: the newest entry is not there yet.
 */
export const statementGap = faultKind({
  kind: 'statement-gap',
  schema: z.strictObject({
    kind: z.literal('statement-gap'),
    how: z.enum(['leave-out', 'repeat', 'reorder', 'lag']),
    count: z.int().min(1).max(1_000_000),
    account: z.string().optional(),
  }),
  arm: (settings) => {
    const { how, account } = settings;
    let { count } = settings;
    return {
      left: () => (count > 0 ? { ...settings, count } : undefined),
      page: (page) => {
        if (count === 0 || (account ?? page.account) !== page.account) return undefined;
        if (page.entries.length < entriesMin[how]) return undefined;
        count -= 1;
        return ways[how](page);
      },
    };
  },
});
