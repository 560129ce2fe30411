import type { Certificate, Rate } from '../domain/certify';
import { currencyExponent } from '../domain/currencies';
import { gcd } from '../domain/gcd';
import { formatMinor } from '../domain/money';

/**
 * A certificate as people and scripts read it: amounts in major units, as the case gave them.
 *
 * Shapes: `{"holds","rate","capped","open","tiers":[{"tier","available","rate"}],"findings":
 * [{"kind","amount","people":[{"name","share","right"}]}]}`.
 */
export function certificateJson(certificate: Certificate, currency: string): object {
  const money = (minor: string) => formatMinor(BigInt(minor), currency);
  const tiers = certificate.tiers.map(({ tier, availableMinor, rate }) => {
    const shown = tier === 'history' ? rate : inMajor(rate, currency);
    return { tier, available: money(availableMinor), rate: shown };
  });
  const findings = certificate.findings.map(({ kind, amountMinor, people }) => ({
    kind,
    amount: money(amountMinor),
    people: people.map(({ investorId, shareMinor, rightMinor }) => {
      return { name: investorId, share: money(shareMinor), right: money(rightMinor) };
    }),
  }));
  const { holds, capped, open } = certificate;
  const rate = tiers.find((tier) => tier.rate !== null)?.rate ?? null;
  return { holds, rate, capped, open, tiers, findings };
}

/** People without history share an amount each, which counts in major units like all amounts. */
function inMajor(rate: Rate | null, currency: string): Rate | null {
  if (rate === null) return null;
  const [num, den] = [
    BigInt(rate.num),
    BigInt(rate.den) * 10n ** BigInt(currencyExponent(currency)),
  ];
  const common = gcd(num, den);
  return { num: String(num / common), den: String(den / common) };
}
