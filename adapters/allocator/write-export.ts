import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const files = ['deals.csv', 'investors.csv', 'commitments.csv'] as const;

/**
 * Writes the three files of an import into a folder.
 *
 * Ensures: nothing is written before all three were read, and no file is ever there in part.
 */
export async function writeExport(
  folder: string,
  read: (file: string) => Promise<string>,
): Promise<void> {
  const texts: [file: string, text: string][] = [];
  // Deals before commitments and investors, so that what those name is there.
  for (const file of files) texts.push([file, await read(file)]);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of texts) {
    const part = join(folder, `.${file}.part`);
    await writeFile(part, text);
    await rename(part, join(folder, file));
  }
}
