import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import { CaseError, type AllocationCase } from '../../domain/allocation-case';
import { certify } from '../../domain/certify';
import { formatMinor } from '../../domain/money';
import { ruleById, ruleCatalogue } from '../../domain/rule-catalogue';
import type { Rule } from '../../domain/rules/rule';
import { readAllocation } from '../allocation-text';
import { openInput, readInput, withInputErrors } from '../case-input';
import { certificateJson } from '../certificate-json';
import { action } from '../command-io';
import { splitLines } from '../line-input';

/** What a command leaves: the text for stdout and how it went. */
export type CommandOutcome = { readonly text: string; readonly exitCode: number };

/** How to allocate. */
export type AllocateOptions = {
  /** An id of the catalogue; `prorate@1` unless said. */
  readonly rule?: string;
  /** Whether the certificate stands beside the result. */
  readonly certificate?: boolean;
};

/**
 * Allocates one case, JSON text in, JSON text out.
 *
 * Shapes: `{"A":"97.97",…}`; with a certificate `{"result":{…},"certificate":{…}}`.
 * Order: the result names investors as the case does.
 * @throws INPUT_INVALID (rejected) when the text is no case or the rule is not in the catalogue.
 */
export function allocateText(text: string, options: AllocateOptions = {}): CommandOutcome {
  const rule = chosenRule(options.rule);
  const withCertificate = options.certificate ?? false;
  return { text: answer(readAllocation(text), { rule, withCertificate }), exitCode: 0 };
}

/**
 * Allocates one case a line, holding one line at a time; gives the exit code.
 *
 * Shapes: a line that is no case gives `{"error":{"code","kind","message","path","line"}}` in its
 * place and exit code 2 at the end; the lines after it are still answered.
 * @throws INPUT_INVALID (rejected) when the rule is not in the catalogue, before anything is read.
 */
export async function allocateLines(
  given: { input: AsyncIterable<Uint8Array | string>; output: Writable },
  options: AllocateOptions = {},
): Promise<number> {
  const rule = chosenRule(options.rule);
  const withCertificate = options.certificate ?? false;
  let [line, exitCode] = [0, 0];
  for await (const bytes of splitLines(given.input)) {
    line += 1;
    let text: string;
    try {
      text = answer(readAllocation(decodeText(bytes)), { rule, withCertificate });
    } catch (error) {
      if (!(error instanceof CaseError)) throw error;
      const { code, kind, message, path } = error;
      text = JSON.stringify({ error: { code, kind, message, path, line } });
      exitCode = 2;
    }
    if (!given.output.write(`${text}\n`)) await once(given.output, 'drain');
  }
  return exitCode;
}

/**
 * Decodes UTF-8 as it is, with nothing replaced.
 *
 * @throws INPUT_INVALID (rejected) when the bytes are not UTF-8.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CaseError('', 'expected text in UTF-8, found bytes that are not');
  }
}

function chosenRule(id = 'prorate@1'): Rule {
  const rule = ruleById(id);
  if (rule !== undefined) return rule;
  const known = ruleCatalogue.map((each) => each.id).join(', ');
  throw new CaseError('--rule', `expected one of ${known}; found ${JSON.stringify(id)}`);
}

function answer(given: AllocationCase, options: { rule: Rule; withCertificate: boolean }): string {
  const { currency, allocation, asks } = given;
  const shares = options.rule.allocate(allocation, asks);
  // Written by hand: an object would put `10` before `A` and lose `__proto__`.
  const fields = [...shares].map(([name, share]) => {
    return `${JSON.stringify(name)}:${JSON.stringify(formatMinor(share, currency))}`;
  });
  const result = `{${fields.join(',')}}`;
  if (!options.withCertificate) return result;
  const certificate = certificateJson(certify({ allocation, asks, shares }), currency);
  return `{"result":${result},"certificate":${JSON.stringify(certificate)}}`;
}

const example = `
Example:
  echo '{"allocation_amount": 100, "investor_amounts": [
    {"name": "A", "requested_amount": 100, "average_amount": 100},
    {"name": "B", "requested_amount": 25, "average_amount": 25}]}' | ./makewhole allocate
  {"A":"80.00","B":"20.00"}`;

type Flags = AllocateOptions & { readonly lines?: boolean };

/** Adds `allocate` to the command. */
export function registerAllocate(program: Command): void {
  program
    .command('allocate')
    .description('divide an allocation by the rule')
    .argument('[file]', 'the case as JSON; - or none reads stdin')
    .option('--rule <id>', 'a rule of the catalogue', 'prorate@1')
    .option('--certificate', 'with the certificate of the result')
    .option('--lines', 'one case per line in, one result per line out')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [file]) =>
        withInputErrors(io, async () => {
          if (options.lines === true) {
            return allocateLines({ input: openInput(file, io), output: process.stdout }, options);
          }
          const { text, exitCode } = allocateText(decodeText(await readInput(file, io)), options);
          io.out(text);
          return exitCode;
        }),
      ),
    );
}
