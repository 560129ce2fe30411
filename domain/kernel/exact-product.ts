/** 2^27 + 1: cuts a double of 53 bits in two halves of 26, whose products are exact. */
const splitter = 134_217_729;

/**
 * What the float product `a * b` lost: `a * b` plus this is the product, exactly.
 *
 * Method: Dekker's product with Veltkamp's split; no fused multiply-add, which JavaScript lacks.
 * Ensures: exact for whole numbers below 2^53. Rounding keeps order, so `a * b < c * d` in floats
 * says the same of the true products, and only equal floats need this.
 * Source: T. J. Dekker, A floating-point technique for extending the available precision, 1971.
 */
export function lostBy(a: number, b: number): number {
  const scaledA = splitter * a;
  const highA = scaledA - (scaledA - a);
  const lowA = a - highA;
  const scaledB = splitter * b;
  const highB = scaledB - (scaledB - b);
  const lowB = b - highB;
  return highA * highB - a * b + highA * lowB + lowA * highB + lowA * lowB;
}
