import {
  canonical,
  linesOf,
  payloadOf,
  sealed,
  sha256,
  signed,
  strangersKey,
} from './file-forger.mjs';

// --- Tamperings: each takes the lines (its own copy) and a draw, and gives them changed ---

const pick = (draw, list) => list[Math.floor(draw() * list.length)];
const indexes = (lines, wanted) => lines.flatMap((line, index) => (wanted(line) ? [index] : []));
const ofType = (type) => (line) => line.type === type;

/** Every place of a value that is a text or a number, as a path of members. */
function leavesOf(value, path = []) {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]));
}
function changeAt(value, { path, change }) {
  const holder = path.slice(0, -1).reduce((inner, name) => inner[name], value);
  holder[path.at(-1)] = change(holder[path.at(-1)]);
}

/** Another value of the same kind. */
const otherValue = (draw) => (value) => {
  if (typeof value === 'number') return value + 1 + Math.floor(draw() * 5);
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string' || value === '') return 'x';
  const at = Math.floor(draw() * value.length);
  const other = /[0-9]/.test(value[at]) ? String((Number(value[at]) + 1) % 10) : 'q';
  const next = other === value[at] ? 'z' : other;
  return value.slice(0, at) + next + value.slice(at + 1);
};

/** Seals an edited chain anew from an entry on, as the owner of the database could. */
function rechain(lines, from) {
  const { chain } = lines[from];
  let previous = lines[from].prevHash;
  for (const index of indexes(lines, (line) => line.type === 'entry' && line.chain === chain)) {
    if (index < from) continue;
    lines[index].prevHash = previous;
    previous = sha256(previous + canonical(lines[index].entry)).toString('hex');
    lines[index].hash = previous;
  }
  return lines;
}

const places = (wanted) => (lines) => indexes(lines, wanted);
const anyLine = places(({ type }) => !['seal', 'makewhole-evidence', 'head'].includes(type));

function editedValue(draw, lines, wanted) {
  const line = lines[pick(draw, wanted(lines))];
  const paths = leavesOf(line).filter(([first]) => first !== 'type');
  changeAt(line, { path: pick(draw, paths), change: otherValue(draw) });
  return lines;
}
function swapped(lines, one, other) {
  [lines[one], lines[other]] = [lines[other], lines[one]];
  return lines;
}
const amount = /\d+\.\d\d/;

/** By name; what they leave can be sealed anew. */
export const tamperings = {
  'a value of any line': (draw, lines) => editedValue(draw, lines, anyLine),
  'a value of an entry': (draw, lines) => editedValue(draw, lines, places(ofType('entry'))),
  'a line dropped': (draw, lines) => lines.toSpliced(pick(draw, anyLine(lines)), 1),
  'a line twice': (draw, lines) => {
    const at = pick(draw, anyLine(lines));
    return lines.toSpliced(at, 0, structuredClone(lines[at]));
  },
  'two neighbours the other way round': (draw, lines) => {
    const at = pick(draw, anyLine(lines).slice(0, -1));
    return swapped(lines, at, at + 1);
  },
  'two lines in each other’s place': (draw, lines) => {
    const type = pick(draw, ['entry', 'command', 'line', 'row', 'certificate']);
    const [one, other] = [
      pick(draw, places(ofType(type))(lines)),
      pick(draw, places(ofType(type))(lines)),
    ];
    return swapped(lines, one, other);
  },
  'an amount': (draw, lines) => {
    const at = pick(
      draw,
      places((line) => line.type !== 'head' && amount.test(canonical(line)))(lines),
    );
    const paths = leavesOf(lines[at]);
    const values = paths.filter((path) =>
      amount.test(path.reduce((v, name) => v[name], lines[at])),
    );
    if (values.length === 0) return lines;
    const change = (text) => text.replace(amount, (found) => `9${found}`);
    changeAt(lines[at], { path: pick(draw, values), change });
    return lines;
  },
  'the keys of two people exchanged': (draw, lines) => {
    const [one, other] = [
      pick(draw, places(ofType('key'))(lines)),
      pick(draw, places(ofType('key'))(lines)),
    ];
    [lines[one].x, lines[other].x] = [lines[other].x, lines[one].x];
    return lines;
  },
  'a key of somebody else’s, and the vote signed with it': (draw, lines) => {
    const stranger = strangersKey();
    const command = lines[pick(draw, places(ofType('command'))(lines))];
    const { jti } = command;
    const entry = lines.find((line) => line.entry?.body.jti === jti);
    const payload = payloadOf(command.jws);
    command.jws = signed(stranger, { typ: 'makewhole+jws', payload });
    entry.entry.body.kid = stranger.kid;
    entry.entry.body.jwsDigest = sha256(command.jws).toString('hex');
    rechain(lines, lines.indexOf(entry));
    const before = lines.findIndex((line) => line.type === 'key' && line.kid > stranger.kid);
    const key = { type: 'key', kid: stranger.kid, ...stranger.jwk };
    return before < 0 ? lines : lines.toSpliced(before, 0, key);
  },
  'a vote in another’s place': (draw, lines) => {
    const [one, other] = [
      pick(draw, places(ofType('command'))(lines)),
      pick(draw, places(ofType('command'))(lines)),
    ];
    lines[one].jws = lines[other].jws;
    return lines;
  },
  'a vote turned round in its entry': (draw, lines) => {
    const at = pick(draw, places((line) => line.entry?.kind === 'vote')(lines));
    lines[at].entry.body.decision = 'reject';
    return rechain(lines, at);
  },
  'a signature': (draw, lines) => {
    const command = lines[pick(draw, places(ofType('command'))(lines))];
    const [header, payload, signature] = command.jws.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    bytes[Math.floor(draw() * 64)] ^= 1 << Math.floor(draw() * 8);
    command.jws = `${header}.${payload}.${bytes.toString('base64url')}`;
    return lines;
  },
  'an entry whose own hash was made to fit': (draw, lines) => {
    const at = pick(draw, places(ofType('entry'))(lines));
    changeAt(lines[at], { path: ['entry', 'actor'], change: otherValue(draw) });
    lines[at].hash = sha256(lines[at].prevHash + canonical(lines[at].entry)).toString('hex');
    return lines;
  },
  'an entry with the whole rest of its chain sealed anew': (draw, lines) => {
    const at = pick(draw, places(ofType('entry'))(lines));
    const paths = leavesOf(lines[at].entry).filter(([first]) => first !== 'seq');
    const path = ['entry', ...pick(draw, paths)];
    changeAt(lines[at], { path, change: otherValue(draw) });
    return rechain(lines, at);
  },
  'an entry put in between, the rest sealed anew': (draw, lines) => {
    // The last one's copy would stand behind it: that is one more entry, and changes nothing.
    const isInside = ({ type, chain }, index) => {
      return type === 'entry' && lines[index + 1].entry && lines[index + 1].chain === chain;
    };
    const at = pick(
      draw,
      lines.flatMap((line, index) => (isInside(line, index) ? [index] : [])),
    );
    const { chain } = lines[at];
    const put = lines.toSpliced(at, 0, structuredClone(lines[at]));
    for (const line of put.slice(at + 1))
      if (line.chain === chain && line.entry) line.entry.seq += 1;
    return rechain(put, at);
  },
  'the end of a chain cut off': (draw, lines) => {
    const chain = pick(draw, ['registry', lines[0].incident]);
    const entries = indexes(lines, (line) => line.type === 'entry' && line.chain === chain);
    const from = entries[1 + Math.floor(draw() * (entries.length - 1))];
    return lines.filter((_, index) => index < from || !entries.includes(index));
  },
  'all but the signed heads cut off behind some line': (draw, lines) => {
    // Without the heads it is what was exported earlier: a true file, and no tampering.
    const body = lines.filter(({ type }) => type !== 'head');
    const cut = body.slice(0, 1 + Math.floor(draw() * (body.length - 1)));
    return [...cut, ...lines.filter(({ type }) => type === 'head')];
  },
  'a row of money left out with its place closed up': (draw, lines) => {
    const at = pick(draw, places((line) => line.type === 'row' && line.size > 1)(lines));
    const { root } = lines[at];
    const rest = lines.toSpliced(at, 1);
    for (const [index, row] of rest.filter((line) => line.root === root).entries()) {
      Object.assign(row, { index, size: row.size - 1 });
    }
    return rest;
  },
};

/** By name; these change the text itself. */
export const ofBytes = {
  'one bit of the file': (draw, text) => {
    const bytes = Buffer.from(text);
    bytes[Math.floor(draw() * bytes.length)] ^= 1 << Math.floor(draw() * 8);
    return bytes;
  },
  'one byte taken out': (draw, text) => {
    const bytes = Buffer.from(text);
    const at = Math.floor(draw() * bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  },
  'white space put in': (draw, text) => {
    const at = Math.floor(draw() * text.length);
    return Buffer.from(text.slice(0, at) + pick(draw, [' ', '\n', '\t', '\r']) + text.slice(at));
  },
  'the file cut anywhere': (draw, text) =>
    Buffer.from(text).subarray(0, Math.floor(draw() * text.length)),
  'another instance’s seal': (draw, text) => Buffer.from(sealed(linesOf(text), strangersKey())),
  'another instance’s seal, and its name in the first line': (draw, text) => {
    const [stranger, lines] = [strangersKey(), linesOf(text)];
    lines[0].instance = stranger.jwk;
    const heads = lines.filter(({ type }) => type === 'head');
    for (const head of heads) {
      head.jws = signed(stranger, { typ: 'makewhole-head+jws', payload: payloadOf(head.jws) });
    }
    return Buffer.from(sealed(lines, stranger));
  },
};
