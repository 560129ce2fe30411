/** `npm run openapi`: writes the documents anew from the schemas and tables beside this file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../workers/package-root';
import { allocatorDocument } from './allocator';
import { bankDocument } from './bank';

const folder = join(packageRoot(), 'docs/openapi');
mkdirSync(folder, { recursive: true });
const documents = { allocator: allocatorDocument(), bank: bankDocument() };
for (const [name, document] of Object.entries(documents)) {
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
}
