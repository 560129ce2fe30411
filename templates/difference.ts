import type { Reconciliation } from '../domain/reconcile';

/**
 * What finance and operations sign at gate `difference`: every difference that nobody has
 * explained, with the figures of all accounts.
 *
 * Ensures: the same text as long as no amount is another, so that its digest is of these amounts.
 */
export function differenceText(incidentId: string, found: Reconciliation): string {
  const figures = found.perAccount.map((row) => {
    const { account, direction, currency, owed, booked, moved } = row;
    const where = direction === 'out' ? `out of ${account}` : `into ${account}`;
    return `- ${where}, ${currency}: ${owed} owed, ${booked} booked, ${moved} moved`;
  });
  return [
    `# What does not agree in ${incidentId}`,
    '',
    'Whoever signs this says: it has been looked into, nobody can explain it, it stays with the',
    'firm, and the incident may be closed all the same. It moves no money.',
    '',
    ...found.differences.map((difference) => `- ${difference}`),
    '',
    '## All accounts',
    '',
    ...figures,
    '',
  ].join('\n');
}
