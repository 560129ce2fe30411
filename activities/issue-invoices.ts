import type { Activities } from '../contracts/activities';
import { addDays } from '../domain/calendar';
import { parseMinor } from '../domain/money';
import { referenceOf } from '../domain/payment-key';
import type { PlanLine } from '../domain/plan-line';
import { entryOf } from '../domain/posting-rules';
import { settlementOf } from '../domain/settlement-order';
import { paymentKey } from '../proof/payment-key';
import { invoicePdf } from '../templates/invoice-pdf';
import { approvedPlan, ofPlan } from './approved-plan';
import { fail, parseInput } from './fail';
import type { Approvals } from './ports/approvals';
import type { Incidents, IncidentView } from './ports/incidents';
import type { InvoiceParticulars, Invoices, NewInvoice } from './ports/invoices';
import type { Plans } from './ports/plans';

const invoicesPerBatch = 50;

/**
 * Issues an invoice for every call of the approved plan that binds, and for nothing else.
 *
 * Retry: safe; an invoice stands with its document, posting and evidence, or not at all, and is
 * never issued twice.
 * @throws APPROVAL_MISSING (refused) when nobody approved exactly these lines.
 */
export const issueInvoices = (ports: {
  plans: Plans;
  approvals: Approvals;
  incidents: Pick<Incidents, 'find'>;
  invoices: Invoices;
}) =>
  async function issueInvoices(input) {
    const { incidentId, version, at } = parseInput(ofPlan, input);
    const { digest, lines } = await approvedPlan(ports, { incidentId, version });
    const incident = await ports.incidents.find(incidentId);
    if (incident === undefined) throw fail('INCIDENT_UNKNOWN', `there is no ${incidentId}`);
    const { calls } = settlementOf(lines);
    const keyed = calls.map((line) => ({ line, key: paymentKey(incidentId, line) }));
    const there = new Set(await ports.invoices.issuedAmong(keyed.map(({ key }) => key)));
    const missing = keyed.filter(({ key }) => !there.has(key));
    let issued = 0;
    for (let first = 0; first < missing.length; first += invoicesPerBatch) {
      const batch = missing.slice(first, first + invoicesPerBatch);
      const called = batch.map(({ line: { deal, investor } }) => ({ deal, investor }));
      const particulars = await ports.invoices.particulars({ incidentId, lines: called });
      const invoices = await Promise.all(
        batch.map((call) => written({ ...call, at, incident, particulars })),
      );
      issued += await ports.invoices.issue({ incidentId, version, digest, at, invoices });
    }
    return { issued };
  } satisfies Activities['issueInvoices'];

type Call = {
  line: PlanLine;
  key: string;
  at: string;
  incident: IncidentView;
  particulars: readonly InvoiceParticulars[];
};

async function written({ line, key, at, incident, particulars }: Call): Promise<NewInvoice> {
  const { deal, investor, sequence, payee, amount, currency } = line;
  const whom = particulars.find((one) => one.deal === deal && one.investor === investor);
  if (whom === undefined) {
    const expected = `expected ${investor} and ${deal} in the import of ${incident.incidentId}`;
    throw fail('NOT_FOUND', `${expected}, found none; no invoice was issued`);
  }
  const reference = referenceOf(incident.incidentId, key);
  const { contact, invoiceDueDays } = incident.pack;
  const dueOn = addDays(at.slice(0, 10), invoiceDueDays.value);
  const head = { incident: incident.incidentId, drill: incident.drill, issuedAt: at, dueOn };
  const money = { amount, currency, payee, reference, contact: contact.value };
  const pdf = await invoicePdf({ ...head, ...whom, ...money });
  const minor = parseMinor(amount, currency);
  const entry = entryOf('call-invoiced', { row: line, key, amount: minor, currency });
  return {
    key,
    deal,
    investor,
    sequence,
    payee,
    amount: minor,
    currency,
    reference,
    dueOn,
    pdf,
    entry,
  };
}
