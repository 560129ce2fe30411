import { grouped } from '../../domain/grouped';
import type { Command } from 'commander';
import type { TransferView } from '../../activities/ports/unit-transfers';
import { formatMinor, parseMinor } from '../../domain/money';
import type { SettlementReading } from '../../workers/wire-settlement';
import { action, show } from '../command-io';
import { textTable } from '../text-table';
import { withSettlement } from '../with-settlement';

type Holder = {
  investor: string;
  recorded: string;
  planned: string;
  /** Null while the register of the deal has not been filled. */
  registered: string | null;
};
type DealUnits = { deal: string; currency: string; holders: Holder[]; transfers: TransferView[] };

async function unitsOf(reading: SettlementReading, incidentId: string): Promise<DealUnits[]> {
  const all = await reading.transfers.list(incidentId);
  const deals = [...new Set(all.map(({ deal }) => deal))];
  return Promise.all(
    deals.map((deal) => {
      const transfers = all.filter((transfer) => transfer.deal === deal);
      return dealUnits(reading, { incidentId, deal, transfers });
    }),
  );
}

async function dealUnits(
  { transfers: books, service }: SettlementReading,
  { incidentId, deal, transfers }: { incidentId: string; deal: string; transfers: TransferView[] },
): Promise<DealUnits> {
  const { currency, holdings } = await books.recordedHoldings({ incidentId, deal });
  const register = await service.register(deal);
  const registered = new Map(
    register?.holdings.map(({ investorId, units }) => [investorId, units]),
  );
  const recorded = new Map(holdings.map(({ investorId, units }) => [investorId, units]));
  const people = [...new Set(transfers.flatMap(({ from, to }) => [from, to]))].sort();
  const holders = people.map((investor) => {
    const had = parseMinor(recorded.get(investor) ?? '0', currency);
    const planned = had + changeOf(investor, transfers);
    const text = (minor: bigint) => formatMinor(minor, currency);
    const now = register === undefined ? null : (registered.get(investor) ?? text(0n));
    return { investor, recorded: text(had), planned: text(planned), registered: now };
  });
  return { deal, currency, holders, transfers };
}

function changeOf(investor: string, transfers: readonly TransferView[]): bigint {
  return transfers.reduce((sum, { from, to, units, currency }) => {
    const minor = parseMinor(units, currency);
    return sum + (to === investor ? minor : 0n) - (from === investor ? minor : 0n);
  }, 0n);
}

function textOf(incident: string, deals: readonly DealUnits[]): string {
  if (deals.length === 0) {
    const proposed = `What is proposed: ./makewhole plan ${incident}`;
    return `No transfer of units is booked for ${incident}. ${proposed}`;
  }
  const rows = deals.flatMap(({ deal, currency, holders, transfers }) => {
    const states = [...new Set(transfers.map(({ state }) => state))].join(', ');
    return holders.map(({ investor, recorded, planned, registered }) => {
      const amounts = [recorded, planned, registered ?? 'not filled'].map(grouped);
      return [deal, investor, ...amounts, currency, states];
    });
  });
  const head = ['deal', 'holder', 'recorded', 'planned', 'register', 'currency', 'transfers'];
  return `Units at cost\n${textTable(head, rows)}`;
}

const example = `
Example:
  ./makewhole units INC-2026-0042 --json`;

/** Adds `units`: the register beside what the plan says. */
export function registerUnits(program: Command): void {
  program
    .command('units')
    .description('the register of units beside what the plan says')
    .argument('<incident>', 'INC-2026-0042')
    .addHelpText('after', example)
    .action(
      action((_, io, [given]) =>
        withSettlement({ io, given }, async (reading, incident) => {
          const deals = await unitsOf(reading, incident);
          show({ io, value: { incident, deals }, text: () => textOf(incident, deals) });
          return 0;
        }),
      ),
    );
}
