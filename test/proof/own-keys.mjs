import { createHash, generateKeyPairSync } from 'node:crypto';
import { canonical, keyOf, payloadOf, sealed, sha256, signed } from './file-forger.mjs';

const hex = (text) => sha256(text).toString('hex');
const node = (left, right) =>
  createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
const leaf = (text) => createHash('sha256').update(Buffer.of(0)).update(text).digest();

/** The level above one: neighbours joined, the last one without a neighbour carried up. */
function above(level) {
  const pairs = level.filter((_, index) => index % 2 === 0);
  return pairs.map((left, index) => {
    const right = level[2 * index + 1];
    return right === undefined ? left : node(left, right);
  });
}

/** The root over texts, and for each of them its audit path. */
function treeOf(texts) {
  const levels = [texts.map(leaf)];
  while (levels.at(-1).length > 1) levels.push(above(levels.at(-1)));
  const paths = texts.map((_, index) =>
    levels.flatMap((level, height) => {
      const neighbour = level[(index >> height) ^ 1];
      return neighbour === undefined ? [] : [neighbour.toString('hex')];
    }),
  );
  return { root: levels.at(-1)[0].toString('hex'), paths };
}

const leavesNow = (leaves, renamed) => leaves.map((text) => renamed.get(text) ?? text);

function rowsOf(leaves) {
  const { root, paths } = treeOf(leaves);
  const size = leaves.length;
  return leaves.map((text, index) => {
    return { type: 'row', root, index, size, leaf: text, path: paths[index] };
  });
}

/** One's own keys, by whose place they take: the same in every forgery. */
const made = new Map();

/**
 * A file taken apart and written again with keys of one's own in place of everybody's: what whoever
 * holds the instance's key and makes up everybody else's can do. Everything in it is consistent but
 * for what a forgery changes in `entries`, `commands`, `rows`, `lines`, `heads` first.
 */
export class OwnKeys {
  #keys = new Map();
  #more = [];
  #lines;

  constructor(lines) {
    this.#lines = structuredClone(lines);
    this.instance = this.#own('instance');
    for (const { type, kid } of lines) if (type === 'key') this.#own(kid);
    const of = (wanted) => this.#lines.filter(({ type }) => type === wanted);
    this.incident = lines[0].incident;
    this.entries = of('entry').map(({ chain, entry }) => ({ chain, ...entry }));
    this.entries[0].body.instanceKey = this.instance.kid;
    this.commands = new Map(of('command').map(({ jti, jws }) => [jti, payloadOf(jws)]));
    this.heads = of('head').map(({ jws }) => payloadOf(jws));
    this.rows = new Map();
    for (const { root, leaf } of of('row')) {
      this.rows.set(root, [...(this.rows.get(root) ?? []), leaf]);
    }
    this.withheld = new Set();
    this.saw = new Map(); // By jti, which head was seen, given the hashes before; else the last.
  }

  #own(name) {
    if (!made.has(name)) made.set(name, keyOf(generateKeyPairSync('ed25519').privateKey));
    this.#keys.set(name, made.get(name));
    return made.get(name);
  }

  /** The entries of a kind, those of the registry too. */
  of(kind) {
    return this.entries.filter((entry) => entry.kind === kind);
  }

  /** Enrols somebody last of all, by a text that is withheld. */
  enrol(id, key = this.#own(id)) {
    const known = this.of('person').at(-1);
    const body = { ...known.body, id, key: key.kid, jti: `add-${id}`, jwsDigest: hex(id) };
    this.#more.push(key);
    this.behind(
      this.entries.findLast(({ chain }) => chain === 'registry'),
      { ...known, body },
    );
  }

  /** Puts an entry by the instance at the end. */
  last(kind, body) {
    const { chain, at } = this.entries.at(-1);
    this.entries.push({ chain, at, actor: 'makewhole', kind, body });
  }

  /** Puts an entry behind another. */
  behind(entry, more) {
    this.entries.splice(this.entries.indexOf(entry) + 1, 0, more);
    return more;
  }

  /** A command and the entry that seals it once more, under a jti of their own. */
  again(entry) {
    const copy = structuredClone(entry);
    copy.body.jti = `${entry.body.jti}-again`;
    this.commands.set(copy.body.jti, {
      ...structuredClone(this.commands.get(entry.body.jti)),
      jti: copy.body.jti,
    });
    return copy;
  }

  /** All of it, chained, signed and sealed. */
  text() {
    const renamed = this.#renamed(this.#renamed(new Map())); // Chunks first, then roots of them.
    const { chained, jwsOf, hashes } = this.#chained(renamed);
    return sealed(this.#written({ chained, jwsOf, hashes, renamed }), this.instance);
  }

  /** What the roots are now, some of their leaves being roots that `before` knows by a new name. */
  #renamed(before) {
    return new Map(
      [...this.rows].map(([root, leaves]) => [root, treeOf(leavesNow(leaves, before)).root]),
    );
  }

  #chained(renamed) {
    const hashes = { registry: ['0'.repeat(64)], [this.incident]: ['0'.repeat(64)] };
    const jwsOf = new Map();
    const chained = this.entries.map(({ chain, ...said }) => {
      const entry = structuredClone(said);
      const { body } = entry;
      const own = hashes[chain];
      entry.seq = own.length;
      for (const name of ['key', 'kid'])
        body[name] &&= this.#keys.get(body[name])?.kid ?? body[name];
      if (renamed.has(body.root)) body.root = renamed.get(body.root);
      if (body.registryHead) body.registryHead.hash = hashes.registry[body.registryHead.seq];
      if (this.commands.has(body.jti)) {
        const jws = this.#signed(said.body, own);
        body.jwsDigest = hex(jws);
        jwsOf.set(body.jti, jws);
      }
      const prevHash = own.at(-1);
      own.push(hex(prevHash + canonical(entry)));
      return { type: 'entry', chain, entry, prevHash, hash: own.at(-1) };
    });
    return { chained, jwsOf, hashes };
  }

  /** The command that an entry seals, signed when its chain had come as far as `own`. */
  #signed({ jti, kid }, own) {
    const payload = structuredClone(this.commands.get(jti));
    if (payload.body.evidenceHead !== undefined) {
      const now = (hashes) => ({ seq: hashes.length - 1, hash: hashes.at(-1) });
      payload.body.evidenceHead = (this.saw.get(jti) ?? now)(own);
    }
    return signed(this.#keys.get(kid), { typ: 'makewhole+jws', payload });
  }

  #written({ chained, jwsOf, hashes, renamed }) {
    const rest = (type) => this.#lines.filter((line) => line.type === type);
    const keys = [...rest('key').map(({ kid }) => this.#keys.get(kid)), ...this.#more];
    const inOrder = (a, b) => (a.kid < b.kid ? -1 : 1);
    return [
      { ...this.#lines[0], instance: this.instance.jwk },
      ...chained.filter(({ chain }) => chain === 'registry'),
      ...keys.sort(inOrder).map(({ kid, jwk }) => ({ type: 'key', kid, ...jwk })),
      ...chained.filter(({ chain }) => chain === this.incident),
      ...rest('policy'),
      ...chained.flatMap(({ chain, entry }) => {
        const { jti } = entry.body;
        const jws = this.withheld.has(jti) ? undefined : jwsOf.get(jti);
        return jws === undefined ? [] : [{ type: 'command', chain, jti, jws }];
      }),
      ...this.#lines.filter(({ type }) => type === 'plan' || type === 'line'),
      ...[...this.rows.values()].flatMap((leaves) => rowsOf(leavesNow(leaves, renamed))),
      ...rest('certificate'),
      ...this.heads.map((head) => {
        const payload = { ...head, hash: hashes[head.chain][head.seq] };
        return { type: 'head', jws: signed(this.instance, { typ: 'makewhole-head+jws', payload }) };
      }),
    ];
  }
}
