import { readFault } from './fault';
import { mutants, type Mutant } from './mutants';
import { play, type Played } from './play';

type Given = {
  tell: (line: string) => void;
  say: (line: string) => void;
  signal: AbortSignal;
  only?: string | undefined;
};

/**
 * Takes each protection away, one at a time, plays the drill with what it protects from, and has
 * the judge look: the matching figure has to turn red. Gives 0 when every one did.
 */
export async function runMutants({ tell, only, ...telling }: Given): Promise<number> {
  const wanted = Object.entries(mutants).filter(([name]) => name.includes(only ?? ''));
  let caught = 0;
  for (const [name, mutant] of wanted) {
    const played = await play(mutant.faults.map(readFault), { ...telling, mutant: name });
    const isCaught = sees(mutant, played);
    if (isCaught) caught += 1;
    tell(lineOf({ name, mutant, played, isCaught }));
  }
  tell(`${String(caught)} of ${String(wanted.length)} mutants caught`);
  return caught === wanted.length ? 0 : 1;
}

const sees = ({ figure, seen }: Mutant, { findings }: Played): boolean =>
  findings.some((found) => found.figure === figure && seen.test(found.what));

function lineOf(given: {
  name: string;
  mutant: Mutant;
  played: Played;
  isCaught: boolean;
}): string {
  const { name, mutant, played, isCaught } = given;
  const figures = Object.entries(played.figures).map(([figure, count]) => {
    return `${figure} ${String(count)}`;
  });
  const verdict = isCaught ? `caught by ${mutant.figure}` : `NOT SEEN in ${mutant.figure}`;
  const line = `${name}, without ${mutant.without}: ${verdict} (${figures.join(', ')})`;
  const more = isCaught ? [] : played.findings.map(({ figure, what }) => `  ${figure}: ${what}`);
  return [line, ...more, ...(isCaught ? [] : [`  ${String(played.brokeOff)}`])].join('\n');
}
