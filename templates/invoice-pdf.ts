import PDFDocument from 'pdfkit';
import { legible } from './legible';
import { withFaces } from './report-sheet';

/** What stands on an invoice: one investor's, and nobody else's. Amounts are decimal strings. */
export type InvoiceFacts = {
  readonly incident: string;
  readonly drill: boolean;
  readonly issuedAt: string;
  readonly dueOn: string;
  readonly investor: string;
  readonly investorName: string;
  readonly deal: string;
  readonly dealName: string;
  readonly company: string;
  readonly amount: string;
  readonly currency: string;
  readonly payee: string;
  readonly reference: string;
  readonly contact: { readonly name: string; readonly email: string; readonly phone: string };
};

/**
 * An invoice on one page of A4.
 *
 * Ensures: the same facts give the same bytes; letters that no font of the page has are written as
 * numbers, and the investor's id always stands beside the name.
 */
export function invoicePdf(facts: InvoiceFacts): Promise<Buffer> {
  const issued = new Date(facts.issuedAt);
  const title = `Invoice ${facts.reference}`;
  const pdf = new PDFDocument({
    size: 'A4',
    margin: 64,
    info: {
      Title: title,
      Author: legible(facts.contact.name),
      CreationDate: issued,
      ModDate: issued,
    },
  });
  const parts: Buffer[] = [];
  pdf.on('data', (part: Buffer) => parts.push(part));
  const whole = new Promise<Buffer>((resolve, reject) => {
    pdf.on('end', () => resolve(Buffer.concat(parts)));
    pdf.on('error', reject);
  });
  write(withFaces(pdf), facts);
  pdf.end();
  return whole;
}

type Page = InstanceType<typeof PDFDocument>;

function write(pdf: Page, facts: InvoiceFacts): void {
  const { contact, amount, currency, drill } = facts;
  if (drill) pdf.font('bold').fontSize(11).text('DRILL - NOT A REAL INVOICE').moveDown();
  pdf.font('bold').fontSize(20).text('Invoice').moveDown();
  pdf.font('text').fontSize(11);
  for (const [label, value] of rowsOf(facts)) {
    pdf.font('bold').text(`${label}: `, { continued: true });
    pdf.font('text').text(legible(value));
  }
  pdf.moveDown();
  const ask = `Please pay ${amount} ${currency} and quote the reference as it stands above.`;
  pdf.text(ask).moveDown();
  pdf.text('Your position is put right once this amount has arrived.').moveDown();
  pdf.text(legible(`Questions: ${contact.name}, ${contact.email}, ${contact.phone}.`));
}

function rowsOf(facts: InvoiceFacts): [string, string][] {
  const { investorName, investor, dealName, deal, company, issuedAt } = facts;
  return [
    ['To', `${investorName} (${investor})`],
    ['Date', issuedAt.slice(0, 10)],
    ['Due', facts.dueOn],
    ['Deal', `${dealName} (${deal}), ${company}`],
    ['For', 'the units of this deal that were due to you and not allocated'],
    ['Amount', `${facts.amount} ${facts.currency}`],
    ['Pay to account', facts.payee],
    ['Reference', facts.reference],
    ['Concerning', `incident ${facts.incident}`],
  ];
}
