import type { DecidedContent } from '../domain/decided-content';
import { digestOf, sha256Hex } from './digest';

/**
 * The digest of what a gate decides on, from that very content: what a signer was shown is what
 * they sign.
 */
export function decidedDigest(content: DecidedContent): string {
  switch (content.kind) {
    case 'plan':
    case 'document':
      return sha256Hex(content.text);
    case 'letter': {
      const { stage, subject, text, html } = content;
      return digestOf({ stage, subject, text, html });
    }
    case 'scan': {
      const { snapshot, rule, rows, root } = content;
      return digestOf({ snapshot, rule, rows, root });
    }
  }
}
