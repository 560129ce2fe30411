import { randomBytes } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { Client } from 'pg';
import { columnKind, viewOf, type ImportFile } from '../../contracts/import-row';
import type { HistoryFiles } from '../support/history/history-folder';

const types = { text: 'text', date: 'date', number: 'numeric(30,6)' };

/** A platform's own database: tables with types of its own, our columns as views over them. */
export class PlatformViews {
  readonly login = `reader_${randomBytes(4).toString('hex')}`;
  readonly password = `secret-${randomBytes(6).toString('hex')}`;
  readonly #owner: Client;
  readonly #schemas: string[] = [];

  private constructor(readonly ownerUrl: string) {
    this.#owner = new Client({ connectionString: ownerUrl });
  }

  /** As the owner of a database, which gets a schema `platform` and a login that may read it. */
  static async open(ownerUrl: string, files: HistoryFiles): Promise<PlatformViews> {
    const views = new PlatformViews(ownerUrl);
    await views.#owner.connect();
    const { login, password } = views;
    await views.run(`CREATE SCHEMA platform; CREATE ROLE ${login} LOGIN PASSWORD '${password}';
      GRANT USAGE ON SCHEMA platform TO ${login}`);
    for (const [file, text] of Object.entries(files)) await views.#fill(file as ImportFile, text);
    await views.run(`GRANT SELECT ON ALL TABLES IN SCHEMA platform TO ${login}`);
    return views;
  }

  /** What its operators give to whoever may read it. */
  get url(): string {
    const url = new URL(this.ownerUrl);
    [url.username, url.password, url.search] = [this.login, this.password, ''];
    return url.toString();
  }

  /** Statements of the platform's own. */
  async run(sql: string): Promise<void> {
    await this.#owner.query(sql);
  }

  /** A schema with the same views but for some, each by its query; null leaves one out. */
  async schemaWith(other: Partial<Record<string, string | null>>): Promise<string> {
    const schema = `other_${(this.#schemas.length + 1).toString()}`;
    this.#schemas.push(schema);
    await this.run(`CREATE SCHEMA ${schema}; GRANT USAGE ON SCHEMA ${schema} TO ${this.login}`);
    for (const view of ['deals', 'investors', 'commitments', ...Object.keys(other)]) {
      const query = view in other ? other[view] : `SELECT * FROM platform.${view}`;
      const named = `${schema}.${view}`;
      if (query !== null) await this.run(`CREATE OR REPLACE VIEW ${named} AS ${query}`);
    }
    await this.run(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${this.login}`);
    return schema;
  }

  async close(): Promise<void> {
    const schemas = ['platform', ...this.#schemas].join(', ');
    await this.run(`DROP SCHEMA ${schemas} CASCADE; DROP OWNED BY ${this.login};
      DROP ROLE ${this.login}`);
    await this.#owner.end();
  }

  async #fill(file: ImportFile, text: string): Promise<void> {
    const [names = [], ...rows] = parse(text);
    const view = viewOf(file);
    const list = names.join(', ');
    const columns = names.map((name) => `${name} ${types[columnKind(name)]}`);
    await this.run(`CREATE TABLE platform.${view}_kept (at serial, ${columns.join(', ')})`);
    for (const row of rows) {
      const values = row.map((_, index) => `$${index + 1}`).join(', ');
      const sql = `INSERT INTO platform.${view}_kept (${list}) VALUES (${values})`;
      await this.#owner.query(
        sql,
        row.map((value) => (value === '' ? null : value)),
      );
    }
    await this.run(
      `CREATE VIEW platform.${view} AS SELECT ${list} FROM platform.${view}_kept ORDER BY at`,
    );
  }
}
