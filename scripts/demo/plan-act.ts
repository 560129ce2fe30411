import { approve, has, openGate, type Drill } from './drill';
import { grouped } from '../../domain/grouped';

type PlanLine = {
  deal: string;
  investor: string;
  leg: string;
  amount: string;
  payer: string;
  payee: string;
};

/** 3. A lawful remedy for each deal, a dossier, and the signatures on exactly that plan. */
export async function plan(drill: Drill): Promise<void> {
  const { tell, hands, incident } = drill;
  tell.act('What to do: options side by side, a dossier, a plan that three people sign');
  await openGate(drill, 'plan');
  const lines = (await hands.lines(['plan', incident])) as unknown as PlanLine[];
  tell.table(
    ['deal', 'investor', 'leg', 'amount', 'who pays', 'who gets'],
    lines.map(({ deal, investor, leg, amount, payer, payee }) => {
      return [deal, investor, leg, grouped(amount), payer, payee];
    }),
  );
  await has(drill, ['maya', 'receipt', incident]);
  for (const stage of ['call', 'advice', 'resolution']) {
    await approve(drill, { gate: `letters/${stage}`, by: ['carla', 'lena'] });
  }
  await approve(drill, { gate: 'plan', by: ['lena', 'finn', 'carla'] });
}
