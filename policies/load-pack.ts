import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyPack, type PolicyPack } from '../contracts/pack';
import { digestOf } from '../proof/digest';
import { misplaced } from './working-place';

/** Says that no pack can be had under a name: what was expected, what was found. */
export class PackError extends Error {
  readonly code = 'INPUT_INVALID';
  readonly kind = 'rejected';

  constructor(message: string) {
    super(message);
    this.name = 'PackError';
  }
}

/**
 * Reads a policy pack from a folder of packs, with the SHA-256 of its canonical JSON. A file that
 * `extends` another pack says only what is different.
 *
 * Ensures: what is read is the whole pack, as it is kept with an incident; one with an unknown
 * field, a missing source or another name than its file is refused.
 * @throws INPUT_INVALID (rejected) when there is no such pack, or it does not fit the schema.
 */
export function loadPack(given: { folder: string; name: string }): {
  pack: PolicyPack;
  digest: string;
} {
  const { folder, name } = given;
  const names = packNames(folder);
  if (!names.includes(name)) {
    const found = JSON.stringify(name.slice(0, 60));
    throw new PackError(`expected one of the packs ${names.join(', ')}, found ${found}`);
  }
  const pack = parsePack(name, readWhole(folder, name));
  return { pack, digest: digestOf(pack) };
}

type PackFile = Record<string, unknown> & { extends?: string };

/** One pack goes before another at most: whoever reads two files has read all that counts. */
function readWhole(folder: string, name: string): Record<string, unknown> {
  const { extends: before, ...own } = readFile(folder, name);
  if (before === undefined) return own;
  if (!packNames(folder).includes(before) || readFile(folder, before).extends !== undefined) {
    throw new PackError(`pack ${name} extends ${before}: expected a whole pack beside it`);
  }
  return { ...readFile(folder, before), ...own };
}

const readFile = (folder: string, name: string): PackFile =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as PackFile;

/** The packs of a folder, by name. */
export function packNames(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.map((file) => file.slice(0, -'.json'.length)).sort();
}

function parsePack(name: string, file: Record<string, unknown>): PolicyPack {
  const parsed = policyPack.safeParse(file);
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new PackError(`pack ${name} does not fit: ${places.join('; ')}`);
  }
  checkWorkingTime(parsed.data);
  if (parsed.data.name === name) return parsed.data;
  throw new PackError(`pack ${name} calls itself ${parsed.data.name}: name it after its file`);
}

/** Zones and calendars are names of what stands elsewhere, so the schema alone cannot know them. */
function checkWorkingTime({ name, workingTime }: PolicyPack): void {
  if (workingTime === undefined || workingTime.value === 'round-the-clock') return;
  const wrong = misplaced(workingTime.value);
  if (wrong === undefined) return;
  const { part, expected } = wrong;
  throw new PackError(`pack ${name} does not fit: workingTime.value.${part}: ${expected}`);
}
