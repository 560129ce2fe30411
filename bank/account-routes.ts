import type { FastifyInstance } from 'fastify';
import type { Bank } from './bank';
import { openingRequest, statementQuery, toWire } from './bank-messages';
import type { Account, Entry } from './book';

/** Opening accounts, and reading them with their statements. */
export function accountRoutes(app: FastifyInstance, bank: Bank): void {
  app.post('/accounts', async (request, reply) => {
    const { account: id, opening } = openingRequest.parse(request.body);
    const { account, isNew } = bank.openAccount(id, opening);
    const answer = summaryOf(account);
    await bank.settled();
    return reply.code(isNew ? 201 : 200).send(answer);
  });

  app.get('/accounts', async () => {
    const answer = { accounts: bank.book.accounts().map(summaryOf) };
    await bank.settled();
    return answer;
  });

  app.get<{ Params: { id: string } }>('/accounts/:id', async ({ params, query }) => {
    const { currency } = statementQuery.parse(query);
    const answer = summaryOf(bank.needAccount(params.id, currency));
    await bank.settled();
    return answer;
  });

  app.get<{ Params: { id: string } }>('/accounts/:id/statement', async ({ params, query }) => {
    const { after, limit, currency } = statementQuery.parse(query);
    const account = bank.needAccount(params.id, currency);
    const { lastSeq, entries } = bank.page(account, { after, limit });
    const answer = {
      account: account.id,
      currency: account.currency,
      balance: toWire({ minor: account.balanceMinor, currency: account.currency }),
      lastSeq,
      entries: entries.map(lineOf),
    };
    await bank.settled();
    return answer;
  });
}

function summaryOf({ id, currency, external, openingMinor, balanceMinor, entries }: Account) {
  return {
    account: id,
    currency,
    external,
    opening: toWire({ minor: openingMinor, currency }),
    balance: toWire({ minor: balanceMinor, currency }),
    lastSeq: entries.length,
  };
}

function lineOf({ seq, direction, counterparty, payment }: Entry) {
  const { at, amountMinor, currency, reference, paymentId, key } = payment;
  const amount = toWire({ minor: amountMinor, currency });
  return { seq, bookedAt: at, direction, amount, counterparty, reference, paymentId, key };
}
