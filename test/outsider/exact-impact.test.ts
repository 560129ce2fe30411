import { ImportDesk } from '../adapters/import-desk';
import { compareHistory } from './compare-history';
import { removeMade } from './programs';

// More of them: `npm run compare-histories -- 200`.
let desk: ImportDesk;
beforeAll(async () => {
  desk = await ImportDesk.open();
});
afterAll(() => desk.close());
afterEach(removeMade);

describe('a history with 2 planted faults, 3 currencies, ties and people without one', () => {
  it.each([3, 8, 11, 14])(
    'is found by scan and diagnose as by a program of its own (seed %i)',
    async (seed) => {
      const { lines, ...compared } = await compareHistory(desk, { seed });
      expect(lines).toBeGreaterThan(5);
      expect(compared).toMatchObject({ deals: 48, differences: [], misdiagnosed: [] });
    },
  );
});

describe('a clean history', () => {
  it('has 0 wrong shares, 0 findings and 2 versions of the right rule', async () => {
    const compared = await compareHistory(desk, { seed: 20, flags: ['--clean'] });
    expect(compared).toMatchObject({ lines: 0, differences: [], misdiagnosed: [] });
    const { out } = await desk.run('--json', 'scan');
    expect(JSON.parse(out)).toMatchObject({
      deals: { affected: { asRecorded: 0, asShouldHaveBeen: 0 } },
      commitments: { affected: { asRecorded: 0, asShouldHaveBeen: 0 } },
    });
  });
});
