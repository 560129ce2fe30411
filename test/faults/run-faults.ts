import { play } from './play';
import { readFault } from './fault';
async function main() {
  const faults = process.argv.slice(2).map(readFault);
  const played = await play(faults, (line) => process.stderr.write(`${line}\n`));
  const { diary, ...rest } = played;
  require('node:fs').writeFileSync('/tmp/mw-faults/diary.json', JSON.stringify(diary));
  console.log(JSON.stringify(rest, null, 1));
}
main().then(() => process.exit(0), (e) => { console.error(e); process.exit(1); });
