import { waitFor } from './hands';
import { mailsTo } from './inbox';
import { lettersSent, type Drill } from './drill';
import { grouped } from '../../domain/grouped';
import { payInvoice } from './seed';

type Row = {
  deal: string;
  investor: string;
  leg: string;
  amount: string;
  state: string;
  reference: string;
};

/** 5. Money and units move once, and each letter leaves when it is true. */
export async function settle(drill: Drill): Promise<void> {
  const { tell, stack, history } = drill;
  tell.act('Making it so: paid once, invoiced, transferred, refunded, told');
  await row(drill, { leg: 'compensation', investor: 'E', state: 'settled' });
  await lettersSent(drill, { stage: 'advice', count: 1 });
  tell.say('The firm has paid E 7,081.28 for the older deal, and E has been told.');
  await lettersSent(drill, { stage: 'call', count: 1 });
  const { amount, reference } = await invoiceOf(drill, 'E');
  tell.say(`E has an invoice over ${grouped(amount)}, to be paid quoting ${reference}.`);
  const [from, to] = ['investor:E', `spv:${history.freshDeal}`];
  await payInvoice(stack.bankUrl, { from, to, amount, reference });
  tell.say('E pays it at the bank.');
  await row(drill, { leg: 'refund', investor: 'D', state: 'settled' });
  await row(drill, { leg: 'interest', investor: 'D', state: 'settled' });
  await lettersSent(drill, { stage: 'advice', count: 2 });
  tell.say('The units are D’s no more; the vehicle has paid D 3,540.64 and the firm 10.86.');
  await lettersSent(drill, { stage: 'resolution', count: 2 });
  tell.say('Both have their resolution letter. The deal holds are lifted.');
  const rows = (await drill.hands.lines(['payments', drill.incident])) as unknown as Row[];
  tell.table(
    ['deal', 'investor', 'leg', 'amount', 'state'],
    rows.map(({ deal, investor, leg, amount, state }) => {
      return [deal, investor, leg, grouped(amount), state];
    }),
  );
}

/** What the investor reads in the letter: how much, and the reference to quote. */
async function invoiceOf(drill: Drill, investorId: string) {
  const { hands, incident, stack, history } = drill;
  const lines = (await hands.lines(['plan', incident])) as unknown as Omit<Row, 'state'>[];
  const amount = lines.find(({ leg }) => leg === 'call')?.amount ?? '0';
  const { email = '' } = history.investors.find((each) => each.investorId === investorId) ?? {};
  const reference = await waitFor('the invoice is in the inbox', async () => {
    const texts = await mailsTo(stack.inboxUrl ?? '', email);
    const quoted = /^- Quoting: (INC-\d{4}-\d{4,} [0-9a-f]{12})$/m;
    return texts.map((text) => quoted.exec(text)?.[1]).find((found) => found !== undefined);
  });
  return { amount, reference };
}

async function row(drill: Drill, wanted: Pick<Row, 'leg' | 'investor' | 'state'>): Promise<Row> {
  const { leg, investor, state } = wanted;
  return waitFor(`the ${leg} of ${investor} is ${state}`, async () => {
    const rows = (await drill.hands.lines(['payments', drill.incident])) as unknown as Row[];
    return rows.find((each) => {
      return each.leg === leg && each.investor === investor && each.state === state;
    });
  });
}
