import type { DealCase, Gate, Holder, RemedyId } from './remedy';
import type { Fact } from './remedy-facts';

/**
 * Tests one fact: `pass` or `fail` by its value, `unknown` with a question where there is none.
 *
 * Ensures: an unknown fact never passes.
 */
export function factGate<T>(given: {
  gate: string;
  fact: Fact<T>;
  opens: RemedyId;
  passes: (value: T) => boolean;
  pass: string;
  fail: string;
}): Gate {
  const { gate, fact } = given;
  const { value } = fact;
  if (value === 'unknown') return openQuestion(given);
  const passed = given.passes(value);
  const result = passed ? 'pass' : 'fail';
  return {
    gate,
    result,
    fact: fact.name,
    found: fact.found,
    source: fact.source,
    says: passed ? given.pass : given.fail,
  };
}

/** A gate that waits for a fact, with the question, what it would open and who owns the answer. */
export function openQuestion(given: {
  gate: string;
  fact: Pick<Fact<unknown>, 'name' | 'found' | 'source' | 'owner' | 'asks'>;
  opens: RemedyId;
}): Gate {
  const { name, found, source, owner, asks } = given.fact;
  const unread = found === '' ? '' : ` Given was ${JSON.stringify(found)}.`;
  return {
    gate: given.gate,
    result: 'unknown',
    fact: name,
    found,
    source,
    says: `Nobody has said yet. It would open ${given.opens}.`,
    question: `${asks}${unread} It would open ${given.opens}.`,
    owner,
  };
}

/** A gate decided by what we computed ourselves, not by a fact somebody gives. */
export function computedGate(given: {
  gate: string;
  fact: string;
  found: string;
  passes: boolean;
  says: string;
}): Gate {
  const { passes, ...gate } = given;
  return { ...gate, source: 'computed', result: passes ? 'pass' : 'fail' };
}

/**
 * Tests a condition for each holder and says one thing where all pass, else names those who don't.
 *
 * Ensures: what an investor's missing fact holds stands under that investor's id.
 */
export function perHolder(given: {
  holders: readonly Holder[];
  gate: string;
  fact: string;
  pass: string;
  test: (holder: Holder) => Gate;
}): Gate[] {
  const stopped = given.holders.flatMap((holder) => {
    const gate = given.test(holder);
    return gate.result === 'pass' ? [] : [{ ...gate, investor: holder.investor }];
  });
  if (stopped.length > 0) return stopped;
  const { gate, fact, pass } = given;
  const found = `${given.holders.length} holders`;
  return [{ gate, result: 'pass', fact, found, source: 'each holder', says: pass }];
}

/** Whether a holder can act, or somebody is on record who acts for them. */
export function canActGate(holder: Holder, opens: RemedyId): Gate {
  const { status, payee_of_record: payee } = holder.facts;
  const cannot = status.value !== 'active' && status.value !== 'unknown';
  if (cannot && payee.value === 'unknown') {
    const gate = openQuestion({ gate: 'can-act', fact: payee, opens });
    return { ...gate, found: status.found, says: `The investor is ${status.found}.` };
  }
  return factGate({
    gate: 'can-act',
    fact: status,
    opens,
    passes: () => true,
    pass: cannot ? 'Somebody is on record to act for the investor.' : 'The investor can act.',
    fail: '',
  });
}

/** The holders of a deal who have too much. */
export function overHolders(deal: DealCase): Holder[] {
  return deal.holders.filter(({ delta }) => delta > 0n);
}

/** The holders of a deal who have too little. */
export function underHolders(deal: DealCase): Holder[] {
  return deal.holders.filter(({ delta }) => delta < 0n);
}
