import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { packageRoot } from '../../workers/package-root';

type Schema = Record<string, unknown>;
type Responses = Record<string, { content: Record<string, { schema: Schema }> }>;
type Document = {
  readonly paths: Record<string, Record<string, { responses: Responses }>>;
  readonly components: { readonly schemas: Record<string, Schema> };
};

/** A document as it is committed, the one others read. */
export function committedDocument(name: 'allocator' | 'bank'): Document {
  const path = join(packageRoot(), 'docs/openapi', `${name}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as Document;
}

/** The requests a document names, such as `GET /holds/{token}`. */
export function routesIn({ paths }: Document): string[] {
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  return routes.sort();
}

/** The requests a service takes, written in the same way; HEAD comes with every GET. */
export async function routesOf(app: FastifyInstance): Promise<string[]> {
  await app.ready();
  const above: string[] = [];
  const routes: string[] = [];
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', segment = '', methods = ''] =
      /^((?:[│ ] {3})*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line) ?? [];
    const depth = indent.length / 4;
    above.splice(depth, above.length, segment);
    const path = above.join('').replace(/:(\w+)/g, '{$1}');
    const named = methods.split(', ').filter((method) => !['', 'HEAD'].includes(method));
    routes.push(...named.map((method) => `${method} ${path}`));
  }
  return routes.sort();
}

/** Checks an answer by the schema the document has for it, with none of the service's own code. */
export function expectAnswerIn(
  document: Document,
  answer: { route: string; status: number; body: unknown },
): void {
  const { route, status, body } = answer;
  const [method = '', path = ''] = route.split(' ');
  const response = document.paths[path]?.[method.toLowerCase()]?.responses[status];
  const named = response?.content['application/json']?.schema['$ref'];
  if (typeof named !== 'string') throw new Error(`the document has no ${route} ${String(status)}`);
  const schema = document.components.schemas[named.split('/').at(-1) ?? ''] ?? {};
  const read = z.fromJSONSchema(schema).safeParse(body);
  expect([route, status, read.error === undefined ? [] : z.prettifyError(read.error)]).toEqual([
    route,
    status,
    [],
  ]);
}

/** What a validator of OpenAPI, in a process of its own, finds wrong with a committed document. */
export const openApiValidator = `
  import { readFileSync } from 'node:fs';
  import { Validator } from '@seriousme/openapi-schema-validator';
  const document = JSON.parse(readFileSync(process.argv[1], 'utf8'));
  const validator = new Validator();
  const { valid, errors } = await validator.validate(document);
  validator.resolveRefs();
  console.log(JSON.stringify({ valid, version: validator.version, errors }));
`;
