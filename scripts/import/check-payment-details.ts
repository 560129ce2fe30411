import type { PaymentDetailsRow } from '../../contracts/import-row';
import type { Row } from './row';

const bicForm = /^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/;
const ibanForm = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;
const accountForm = /^[A-Z0-9-]{4,34}$/i;

/**
 * Reads a row of payment-details.csv; undefined when something in it is at fault.
 *
 * Ensures: no fault repeats what it found, since faults are printed and details are not.
 */
export function checkPaymentDetails(row: Row): PaymentDetailsRow | undefined {
  const investorId = row.id('investor_id');
  const payee = row.named('payee', 140);
  const iban = formed(row, { column: 'iban', fits: isIban, expected: 'an IBAN that checks' });
  const bic = formed(row, { column: 'bic', fits: (text) => bicForm.test(text), expected: 'a BIC' });
  const aba = formed(row, { column: 'aba', fits: isAba, expected: 'a routing number that checks' });
  const account = formed(row, {
    column: 'account',
    fits: (text) => accountForm.test(text),
    expected: 'an account number',
  });
  const verifiedOn = row.date('verified_on', { orEmpty: true });
  if (row.sound && iban === '' && account === '') {
    row.fault('iban', 'expected an IBAN, or an account number, found neither');
  }
  if (!row.sound) return undefined;
  return {
    line: row.line,
    investorId,
    verifiedOn: verifiedOn === '' ? null : verifiedOn,
    details: { payee, iban, bic, aba, account },
  };
}

function formed(
  row: Row,
  as: { column: string; fits: (text: string) => boolean; expected: string },
): string {
  const text = row.text(as.column, 60).replaceAll(' ', '');
  if (text === '' || as.fits(text)) return text;
  row.fault(as.column, `expected ${as.expected}, or nothing, found something else`);
  return '';
}

/** Source: ISO 13616; ISO 7064 MOD 97-10. */
function isIban(text: string): boolean {
  if (!ibanForm.test(text)) return false;
  const moved = `${text.slice(4)}${text.slice(0, 4)}`;
  const digits = moved.replace(/[A-Z]/g, (letter) => String(parseInt(letter, 36)));
  return BigInt(digits) % 97n === 1n;
}

/** Source: ABA routing number policy, weights 3, 7, 1. */
function isAba(text: string): boolean {
  if (!/^\d{9}$/.test(text)) return false;
  const weights = [3, 7, 1];
  const sum = text.split('').reduce((all, digit, index) => {
    return all + parseInt(digit, 10) * (weights[index % 3] ?? 0);
  }, 0);
  return sum % 10 === 0;
}
