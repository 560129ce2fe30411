import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** The floor of an import: the commitments' file copied as texts, kept under no key. */
export async function copyRowsIn(databaseUrl: string, folder: string): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query(`CREATE TABLE bare (deal text, investor text, requested text, average text,
    allocated text)`);
  const into = client.query(copyFrom('COPY bare FROM STDIN (FORMAT csv, HEADER)'));
  await pipeline(createReadStream(join(folder, 'commitments.csv')), into);
  await client.query('DROP TABLE bare');
  await client.end();
}

/** The floor of a scan: the commitments copied out, in no order, to nobody. */
export async function copyRowsOut(databaseUrl: string, snapshotId: string): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  const rows = `SELECT deal_id, investor_id, requested_minor, average, allocated_minor
    FROM commitments WHERE snapshot_id = ${snapshotId}`;
  const nobody = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(client.query(copyTo(`COPY (${rows}) TO STDOUT`)), nobody);
  await client.end();
}
