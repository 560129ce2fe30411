import { createHash, createPublicKey } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import type { EvidenceFileLine } from '../activities/ports/evidence-file';
import type { InstanceSigner } from '../activities/ports/instance-signer';
import { canonicalJson } from '../proof/canonical-json';
import { genesis, type ChainHead } from '../proof/evidence-chain';
import { kidOf, publicJwkOf } from '../proof/key-id';

const bufferedMax = 1 << 20;

/**
 * A file that an outsider can check by itself, written a line at a time and sealed at its end.
 *
 * Shapes: docs/evidence-format.md.
 * Ensures: nothing stands at `path` before `seal` has written the last line.
 */
export class EvidenceFile {
  readonly #path: string;
  readonly #draft: string;
  readonly #file: number;
  readonly #signer: InstanceSigner;
  readonly #incident: string;
  readonly #digest = createHash('sha256');
  readonly #heads = new Map<string, ChainHead>();
  #buffered = '';
  #lines = 0;

  constructor(given: { path: string; incident: string; signer: InstanceSigner }) {
    const { path, incident, signer } = given;
    this.#path = path;
    this.#draft = `${path}.${process.pid}.draft`;
    this.#file = openSync(this.#draft, 'w', 0o600);
    this.#signer = signer;
    this.#incident = incident;
    const instance = publicJwkOf(createPublicKey(signer.publicKeyPem));
    this.#write({ type: 'makewhole-evidence', version: 1, incident, instance });
  }

  /** Adds a line. */
  add(line: EvidenceFileLine): void {
    if (line.type === 'entry') {
      const seq = (this.#heads.get(line.chain) ?? genesis).seq + 1;
      this.#heads.set(line.chain, { seq, hash: line.hash });
    }
    this.#write(line);
  }

  /** Signs what was written, as the last line, and lets the file be seen. */
  seal(): { path: string; lines: number; sha256: string; instance: string } {
    const [incident, lines] = [this.#incident, this.#lines];
    const sha256 = this.#digest.copy().digest('hex');
    const chains = Object.fromEntries(this.#heads);
    const jws = this.#signer.sign('makewhole-export+jws', { chains, incident, lines, sha256 });
    this.#write({ type: 'seal', jws });
    this.#flush();
    closeSync(this.#file);
    renameSync(this.#draft, this.#path);
    const [path, instance] = [this.#path, kidOf(createPublicKey(this.#signer.publicKeyPem))];
    return { path, lines: this.#lines, sha256: this.#digest.digest('hex'), instance };
  }

  /** Leaves nothing behind of a file that could not be finished. */
  discard(): void {
    closeSync(this.#file);
    rmSync(this.#draft, { force: true });
  }

  #write(line: Record<string, unknown>): void {
    const text = `${canonicalJson(line)}\n`;
    this.#digest.update(text);
    this.#lines += 1;
    this.#buffered += text;
    if (this.#buffered.length > bufferedMax) this.#flush();
  }

  #flush(): void {
    writeSync(this.#file, this.#buffered);
    this.#buffered = '';
  }
}
