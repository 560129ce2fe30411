import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const staged = {
  'deals.csv': `id text, name text, company text, closed_on text, currency text, allocation text,
    rule_version text, stage text, policy text, agreement_on text, error_clause text, mark text`,
  'investors.csv': `id text, name text, email text, locale text, class text, status text,
    total text, count text, currency text`,
  'commitments.csv': 'deal text, investor text, requested text, average text, allocated text',
};

const kept = `
  CREATE TABLE plain_deals (id text COLLATE "C" PRIMARY KEY, name text, company text,
    closed_on date, currency char(3), allocation bigint, rule_version text, facts jsonb);
  INSERT INTO plain_deals SELECT id, name, company, closed_on::date, currency,
    (allocation::numeric * 100)::bigint, rule_version,
    jsonb_build_object('stage', stage, 'policy', policy, 'mark', mark) FROM "staged_deals.csv";
  CREATE TABLE plain_investors (id text COLLATE "C" PRIMARY KEY, name text, email text, locale text,
    total bigint, count integer, currency char(3), facts jsonb);
  INSERT INTO plain_investors SELECT id, name, email, locale,
    (nullif(total, '')::numeric * 100)::bigint, nullif(count, '')::integer, currency,
    jsonb_build_object('class', class, 'status', status) FROM "staged_investors.csv";
  CREATE TABLE plain_commitments (deal text COLLATE "C", investor text COLLATE "C",
    requested bigint, average text, allocated bigint, PRIMARY KEY (deal, investor));
  INSERT INTO plain_commitments SELECT deal, investor, (requested::numeric * 100)::bigint,
    average, (allocated::numeric * 100)::bigint FROM "staged_commitments.csv";`;

/**
 * A folder imported as plainly as can be: staged, cast, inserted under a primary key. No check of
 * any value, no reference, no place named, no digest; every currency is taken to have two decimals.
 */
export async function plainImport(databaseUrl: string, folder: string): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query('BEGIN');
  for (const [file, columns] of Object.entries(staged)) {
    await client.query(`CREATE TEMPORARY TABLE "staged_${file}" (${columns}) ON COMMIT DROP`);
    const into = copyFrom(`COPY "staged_${file}" FROM STDIN (FORMAT csv, HEADER)`);
    await pipeline(createReadStream(join(folder, file)), client.query(into));
  }
  await client.query(kept);
  await client.query('COMMIT');
  await client.query('DROP TABLE plain_commitments, plain_investors, plain_deals');
  await client.end();
}
