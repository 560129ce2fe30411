import { certify } from '../../domain/certify';
import { readCertified } from '../allocation-text';
import { certificateJson } from '../certificate-json';
import type { CommandOutcome } from './allocate';

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
