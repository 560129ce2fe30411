import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto';

/** Seals payment details, so that the database never holds them in the clear. */
export type PaymentSeal = {
  /** Seals a text for one investor; no two seals are alike. */
  seal(investorId: string, text: string): Buffer;
  /** Opens a seal; throws when it was changed, or made for somebody else or by another key. */
  open(investorId: string, sealed: Buffer): string;
  /** The same for the same text, and says nothing of it to whoever lacks the key. */
  fingerprint(text: string): string;
};

const format = 1;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Opens the seal that belongs to an instance's private key.
 *
 * Method: HKDF-SHA-256 of the key's PKCS #8 bytes; AES-256-GCM bound to the investor's id; sealed =
 * format ‖ nonce ‖ ciphertext ‖ tag.
 */
export function openPaymentSeal(instanceKeyPem: string): PaymentSeal {
  const der = createPrivateKey(instanceKeyPem).export({ type: 'pkcs8', format: 'der' });
  const derive = (use: string) => {
    return Buffer.from(hkdfSync('sha256', der, 'makewhole', `payment-details/1/${use}`, 32));
  };
  const [sealKey, printKey] = [derive('seal'), derive('fingerprint')];
  const authenticated = (investorId: string) => Buffer.from(`investor:${investorId}`, 'utf8');
  return {
    seal(investorId, text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce);
      cipher.setAAD(authenticated(investorId));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(format), nonce, body, cipher.getAuthTag()]);
    },
    open(investorId, sealed) {
      if (sealed[0] !== format || sealed.length < 1 + nonceBytes + tagBytes) {
        throw new Error(`expected payment details sealed in format ${format}`);
      }
      const nonce = sealed.subarray(1, 1 + nonceBytes);
      const decipher = createDecipheriv('aes-256-gcm', sealKey, nonce);
      decipher.setAAD(authenticated(investorId));
      decipher.setAuthTag(sealed.subarray(-tagBytes));
      const body = decipher.update(sealed.subarray(1 + nonceBytes, -tagBytes));
      return Buffer.concat([body, decipher.final()]).toString('utf8');
    },
    fingerprint: (text) => createHmac('sha256', printKey).update(text).digest('hex'),
  };
}
