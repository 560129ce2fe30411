import type { CommandBody } from '../contracts/command';
import { formatMinor, parseMinor } from '../domain/money';
import { rejected } from './signing-options';

/** What `incident open` was given. */
export type OpeningFlags = {
  readonly summary: string;
  readonly as: string;
  readonly deals?: string;
  readonly firstKnown?: string;
  readonly reportedBy?: string;
  readonly estimateDeals?: string;
  readonly estimateInvestors?: string;
  readonly estimateAmount?: string;
  readonly estimateHours?: string;
  readonly assume: string[];
  readonly policy?: string;
  readonly drill?: true;
};

/**
 * The body of `open` from what was typed.
 *
 * @throws INPUT_INVALID (rejected) naming the option and what was expected.
 */
export function readOpening(flags: OpeningFlags): CommandBody<'open'> {
  const { summary, deals = '', firstKnown, reportedBy, assume, drill = false } = flags;
  const named = deals.split(',').map((deal) => deal.trim());
  const deal = [...new Set(named)].filter((each) => each !== '');
  return {
    summary,
    deals: deal,
    ...(firstKnown === undefined ? {} : { firstKnownAt: readInstant(firstKnown) }),
    ...(reportedBy === undefined ? {} : { reportedBy }),
    estimate: readEstimate(flags),
    assumptions: assume,
    pack: flags.policy ?? (drill ? 'demo' : 'us-private'),
    drill,
  };
}

const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Without a zone nobody could say later when it was. */
function readInstant(text: string): string {
  const padded = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
  const instant = new Date(padded);
  if (instantForm.test(padded) && !Number.isNaN(instant.getTime())) return instant.toISOString();
  throw rejected(`--first-known: expected a time such as 2026-11-21T09:00:00+01:00, found ${text}`);
}

function readEstimate(flags: OpeningFlags): CommandBody<'open'>['estimate'] {
  const { estimateDeals, estimateInvestors, estimateAmount, estimateHours } = flags;
  return {
    ...(estimateDeals === undefined ? {} : { deals: readCount('--estimate-deals', estimateDeals) }),
    ...(estimateInvestors === undefined
      ? {}
      : { investors: readCount('--estimate-investors', estimateInvestors) }),
    ...(estimateAmount === undefined ? {} : readAmount(estimateAmount)),
    ...(estimateHours === undefined ? {} : { hours: readHours(estimateHours) }),
  };
}

function readCount(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number.parseInt(text, 10);
  throw rejected(`${option}: expected a whole number, found ${JSON.stringify(text)}`);
}

function readHours(text: string): string {
  if (/^\d{1,7}(\.\d{1,2})?$/.test(text)) return text;
  throw rejected(`--estimate-hours: expected hours such as 40 or 12.5, found ${text}`);
}

function readAmount(text: string): { amount: string; currency: string } {
  const [, amount, currency = 'USD'] = /^(\d+(?:\.\d+)?)(?: ([A-Z]{3}))?$/.exec(text) ?? [];
  if (amount === undefined) {
    throw rejected(`--estimate-amount: expected an amount such as "7000 USD", found ${text}`);
  }
  try {
    return { amount: formatMinor(parseMinor(amount, currency), currency), currency };
  } catch (error) {
    throw rejected(`--estimate-amount: ${error instanceof Error ? error.message : text}`);
  }
}
