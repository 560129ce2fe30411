/**
 * What a damaged text has to be answered, by a reading of docs/evidence.md of its own: nothing here
 * is taken from the verifier.
 */
export type KnownKeys = ReadonlyMap<string, string>;

const day = 86_400;
const lifeMax: Readonly<Record<string, number>> = { decide: 14 * day, updated: day };
type Json = Record<string, unknown>;

/** The code for a text that nobody has signed as it stands now. */
export function expectedCode(text: string, owners: KnownKeys): string {
  if (Buffer.byteLength(text) > 16_384) return 'MALFORMED';
  const parts = text.split('.');
  const [header, payload] = parts.map(readPart);
  const signature = bytesOf(parts[2] ?? '');
  const whole = parts.length === 3 && isHeader(header) && isPayload(payload);
  if (!whole || signature?.length !== 64) return 'MALFORMED';
  const owner = owners.get(String(header['kid']));
  return owner === undefined || owner !== payload['iss'] ? 'KEY_UNKNOWN' : 'SIGNATURE_INVALID';
}

function bytesOf(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return /^[\w-]+$/.test(part) && bytes.toString('base64url') === part ? bytes : undefined;
}

function readPart(part: string): unknown {
  const bytes = bytesOf(part);
  if (bytes === undefined) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const holds = (given: unknown, names: string): given is Json =>
  typeof given === 'object' && given !== null && Object.keys(given).sort().join() === names;

const isHeader = (given: unknown): given is Json =>
  holds(given, 'alg,kid,typ') &&
  given['alg'] === 'EdDSA' &&
  given['typ'] === 'makewhole+jws' &&
  /^[\w-]{43}$/.test(String(given['kid']));

const isWord = (given: unknown, max: number) =>
  typeof given === 'string' && given.length >= 1 && given.length <= max;
const isWhole = (given: unknown): given is number => Number.isSafeInteger(given);
const isDigest = (given: unknown) => given === '' || /^[0-9a-f]{64}$/.test(String(given));

const isCount = (given: unknown) => isWhole(given) && given > 0;
const isHead = (given: unknown) =>
  holds(given, 'hash,seq') && isCount(given['seq']) && /^[0-9a-f]{64}$/.test(String(given['hash']));

function isPayload(given: unknown): given is Json {
  if (!holds(given, 'body,exp,iat,incident,iss,jti,kind,subject')) return false;
  const { body, exp, iat, incident, iss, jti, kind, subject } = given;
  const life = lifeMax[String(kind)];
  if (life === undefined || !isWhole(iat) || !isWhole(exp) || iat < 0) return false;
  const lives = exp > iat && exp - iat <= life;
  const named = isWord(iss, 64) && isWord(incident, 40) && isDigest(subject);
  return lives && named && /^[\w-]{16,64}$/.test(String(jti)) && isBody(body, String(kind));
}

function isBody(body: unknown, kind: string): boolean {
  if (kind === 'updated') return holds(body, 'text') && isWord(body['text'], 2000);
  if (!holds(body, 'decision,evidenceHead,gate,opening')) return false;
  const { decision, evidenceHead, gate, opening } = body;
  const decided = decision === 'approve' || decision === 'reject';
  return decided && isWord(gate, 120) && isCount(opening) && isHead(evidenceHead);
}
