import { join } from 'node:path';
import type { PlayedDrill } from '../../scripts/demo/play';
import { clearsTheClean } from './clean-history';
import { failsClearly } from './clear-failures';
import { staysFrozen } from './frozen-service';
import { expectNothingPersonal } from './nothing-personal';
import {
  expectBalancedBooks,
  expectChainWithoutOurCode,
  expectNoEarlyClaim,
  expectOnlyOwnLetters,
  expectUnitsAndService,
  expectWorkedMoney,
  lettersOf,
} from './played-drill';
import { expectPasteable } from './pasteable-commands';
import { refusesWhatIsNotSigned } from './refused-commands';
import { RunningStack } from './running-stack';
import { SecondIncident } from './second-incident';
import { findsTampering } from './tampered-evidence';

// One stack for all of it: `makewhole demo --keep`, and what happens on it afterwards.
const incident = 'INC-2026-0001';
let stack: RunningStack;
let printed: PlayedDrill & { seconds: { setUp: number; incident: number } };

beforeAll(async () => {
  const demo = await RunningStack.demo();
  stack = demo.stack;
  printed = demo.printed as typeof printed;
}, 180_000);
afterAll(() => stack.stop(), 60_000);

let opened: Promise<SecondIncident> | undefined;

/** A further incident on the same stack, opened once by somebody who also holds finance. */
function open(): Promise<SecondIncident> {
  opened ??= (async () => {
    const otto = ['--name', 'Otto Both', '--mail', 'otto@makewhole.example'];
    await stack.json(['people', 'add', 'otto', ...otto, '--role', 'on-call', '--role', 'finance']);
    return SecondIncident.open(stack, ['--as', 'otto']);
  })();
  return opened;
}

describe('the demonstration', () => {
  it('prints one JSON document: out 10,632.78, in 3,540.64, difference 0.00, 7 letters', () => {
    expect(printed).toMatchObject({
      incident,
      outcome: 'made-whole',
      payments: { settled: 3, unknown: 0, refused: 0, total: { USD: '10632.78' } },
      letters: { sent: { acknowledgement: 2, call: 1, advice: 2, resolution: 2 } },
      reconciliation: {
        out: { USD: { owed: '10632.78', booked: '10632.78', moved: '10632.78' } },
        in: { USD: { owed: '3540.64', booked: '3540.64', moved: '3540.64', difference: '0.00' } },
      },
      evidence: { holds: true },
      addresses: { inbox: stack.addresses.inboxUrl, bank: stack.addresses.bankUrl },
    });
    expect(printed.reconciliation.out['USD']?.difference).toBe('0.00');
  });

  it('pays out 10,632.78 and takes in 3,540.64 on the statements of the bank itself', () =>
    expectWorkedMoney(stack));

  it('keeps books in which every entry balances and the bank accounts are the bank’s', () =>
    expectBalancedBooks(stack));

  it('moves 3,540.64 of units from D to E in one deal of two, and unfreezes prorate@1', () =>
    expectUnitsAndService(stack));

  it('sends 7 mails to two investors, with no other’s name, address or figure in them', async () =>
    expectOnlyOwnLetters(await lettersOf(stack)));

  it('sends no letter that claims a payment before that payment is booked', async () =>
    expectNoEarlyClaim(stack, await lettersOf(stack)));

  it('leaves in Temporal 0 names, addresses, accounts or lines of a letter of anybody', () =>
    expectNothingPersonal(stack));

  it('names 0 commands, in its mails and on its pages, that cannot be pasted', () =>
    expectPasteable(stack, incident));

  it('leaves a chain that an outsider recomputes from its lines alone', () =>
    expectChainWithoutOurCode(stack, incident));
});

findsTampering({ stack: () => stack, incident });
refusesWhatIsNotSigned(open);
failsClearly({
  ...{ stack: () => stack, open },
  history: () => join(stack.stateDir, 'drill', 'history'),
});
staysFrozen({ stack: () => stack, open });
clearsTheClean({ stack: () => stack, open });
