import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../workers/package-root';

type Part = 'path' | 'query' | 'header';

/** One request of a service. Shapes: names of schemas are those of its `schemas`. */
export type Operation = {
  readonly route: `${'GET' | 'PUT' | 'POST' | 'DELETE'} /${string}`;
  readonly id: string;
  readonly summary: string;
  readonly parameters?: readonly {
    readonly in: Part;
    readonly name: string;
    readonly schema: z.ZodType;
    readonly required?: boolean;
    readonly description?: string;
  }[];
  readonly body?: string;
  /** The good answers: what each status says, in which schema, or as which media type. */
  readonly answers: Readonly<Record<number, { says: string; schema?: string; media?: string }>>;
  /** Codes of its own by which it says no, by status; those of every request are added. */
  readonly refusals?: Readonly<Record<number, readonly string[]>>;
};

/** A service as its document tells of it. */
export type Service = {
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly schemas: Readonly<Record<string, z.ZodType>>;
  /** The schema of every no. */
  readonly failure: string;
  /** Codes by which any request may be refused, by status. */
  readonly everywhere: Readonly<Record<number, readonly string[]>>;
  readonly operations: readonly Operation[];
};

/** Ready to be written as JSON. */
type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of a service, from the schemas it reads and answers with. */
export function documentOf(service: Service): Json {
  const paths: Record<string, Json> = {};
  for (const operation of service.operations) {
    const [method = '', path = ''] = operation.route.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: described(service, operation) };
  }
  const schemas = Object.entries(service.schemas).map(([name, schema]) => [name, plain(schema)]);
  return {
    openapi: '3.1.0',
    info: {
      title: service.title,
      version: ownVersion(),
      description: service.description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: service.url }],
    paths,
    components: { schemas: Object.fromEntries(schemas) as Json },
  };
}

function described(service: Service, operation: Operation): Json {
  const { id, summary, parameters = [], body, answers } = operation;
  const good = Object.entries(answers).map(([status, { says, schema, media }]) => {
    const named = schema === undefined ? { type: 'string' } : refTo(schema);
    const content = { [media ?? 'application/json']: { schema: named } };
    return [status, { description: says, content }];
  });
  return {
    operationId: id,
    summary,
    ...(parameters.length > 0 && { parameters: parameters.map(parameterOf) }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: refTo(body) } } },
    }),
    responses: { ...(Object.fromEntries(good) as Json), ...refused(service, operation) },
  };
}

function refused({ everywhere, failure }: Service, { refusals = {} }: Operation): Json {
  const statuses = new Set([...Object.keys(everywhere), ...Object.keys(refusals)].map(Number));
  const responses = [...statuses].map((status) => {
    const codes = [...(refusals[status] ?? []), ...(everywhere[status] ?? [])];
    const content = { 'application/json': { schema: refTo(failure) } };
    return [status, { description: codes.join(', '), content }];
  });
  return Object.fromEntries(responses) as Json;
}

function parameterOf(given: NonNullable<Operation['parameters']>[number]): Json {
  const { schema, required, ...rest } = given;
  return { ...rest, required: required ?? given.in === 'path', schema: plain(schema) };
}

function refTo(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

/** The schema of what goes over the wire, before it is read. */
function plain(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}

function ownVersion(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
