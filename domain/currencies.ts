import { AmountError } from './amount-error';

const twoDecimals = [
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD',
  'CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS',
  'GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL',
  'MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK',
  'PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS',
  'TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG',
].join(' ');

const decimals: ReadonlyMap<string, number> = new Map(
  (
    [
      [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
      [2, twoDecimals],
      [3, 'BHD IQD JOD KWD LYD OMR TND'],
      [4, 'CLF UYW'],
    ] as const
  ).flatMap(([exponent, codes]) => codes.split(' ').map((code) => [code, exponent] as const)),
);

/**
 * Tells how many decimals a currency has: USD 2, JPY 0, KWD 3.
 *
 * Source: ISO 4217, list one, without funds of no minor unit (gold, test codes).
 * @throws INPUT_INVALID (rejected) when the list does not have the code, in capitals.
 */
export function currencyExponent(currency: string): number {
  const exponent = decimals.get(currency);
  if (exponent === undefined) {
    const found = JSON.stringify(currency.slice(0, 20));
    throw new AmountError(`expected an ISO 4217 currency code such as "USD", found ${found}`);
  }
  return exponent;
}
