import type { Command } from 'commander';
import { certify } from '../../domain/certify';
import { readCertified } from '../allocation-text';
import { readInput, withInputErrors } from '../case-input';
import { certificateJson } from '../certificate-json';
import { action } from '../command-io';
import { decodeText, type CommandOutcome } from './allocate';

/**
 * Certifies one result, JSON text in, the certificate as JSON text out; exit code 3 if it does not
 * hold.
 *
 * Shapes: in `{"allocation_amount","investor_amounts","result":{"A":"97.97",…}}`, out
 * `{"holds","rate","capped","open","tiers","findings"}`.
 * @throws INPUT_INVALID (rejected) when the text is no such case.
 */
export function certifyText(text: string): CommandOutcome {
  const { currency, ...given } = readCertified(text);
  const certificate = certify(given);
  const shown = JSON.stringify(certificateJson(certificate, currency));
  return { text: shown, exitCode: certificate.holds ? 0 : 3 };
}

const example = `
Example:
  echo '{"allocation_amount": 100, "investor_amounts": [
    {"name": "A", "requested_amount": 100, "average_amount": 100},
    {"name": "B", "requested_amount": 25, "average_amount": 25}],
    "result": {"A": "80.00", "B": "20.00"}}' | ./makewhole certify`;

/** Adds `certify` to the command. */
export function registerCertify(program: Command): void {
  program
    .command('certify')
    .description('check a result against the rule; exit 3 when it does not hold')
    .argument('[file]', 'the case with its result as JSON; - or none reads stdin')
    .addHelpText('after', example)
    .action(
      action<object>((_options, io, [file]) =>
        withInputErrors(io, async () => {
          const { text, exitCode } = certifyText(decodeText(await readInput(file, io)));
          io.out(text);
          return exitCode;
        }),
      ),
    );
}
