/** `npm run forms`: writes the teams' forms as JSON Schema files, from the one place they are. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { teams } from '../../contracts/command';
import { formSchema } from '../../contracts/forms';
import { packageRoot } from '../../workers/package-root';

const folder = join(packageRoot(), 'docs/forms');
mkdirSync(folder, { recursive: true });
for (const team of teams) {
  writeFileSync(join(folder, `${team}.json`), `${JSON.stringify(formSchema(team), null, 2)}\n`);
}
