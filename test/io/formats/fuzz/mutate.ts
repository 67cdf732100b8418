/** Damaged copies of files, repeatable by number: cut off, bits flipped, lengths changed, pieces moved, put in, taken out. */

/** A small generator of 32-bit numbers (mulberry32); one for each mutant, so that any can be made alone. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A damaged copy, and what was done. */
export interface Mutant {
  readonly bytes: Buffer;
  readonly what: string;
}

const LENGTHS = [0, 1, 2, 3, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** A place in the file, most often in its first `header` bytes. */
function place(random: () => number, length: number, header: number): number {
  const end = random() < 0.75 ? Math.min(header, length) : length;
  return Math.floor(random() * Math.max(1, end));
}

function changeLength(random: () => number, bytes: Buffer, header: number): string {
  const width = [2, 4, 4, 8][Math.floor(random() * 4)]!;
  if (bytes.length < width) return "nothing";
  const aligned = random() < 0.7 ? width : 1;
  const at = Math.min(
    bytes.length - width,
    Math.floor(place(random, bytes.length - width + 1, header) / aligned) * aligned,
  );
  const near = [bytes.length, bytes.length - 1, bytes.length + 1, bytes.length * 2, Math.floor(random() * 2 ** 32)];
  const choices = [...LENGTHS, ...near];
  const value = choices[Math.floor(random() * choices.length)]! % 2 ** 32;
  const little = random() < 0.5;
  if (width === 2) bytes[little ? "writeUInt16LE" : "writeUInt16BE"](value % 65536, at);
  else if (width === 4) bytes[little ? "writeUInt32LE" : "writeUInt32BE"](value, at);
  else {
    const high = random() < 0.7 ? 0n : BigInt(Math.floor(random() * 2 ** 32));
    bytes[little ? "writeBigUInt64LE" : "writeBigUInt64BE"]((high << 32n) | BigInt(value), at);
  }
  return `${width} bytes at ${at} are ${value}`;
}

/** The damaged copy of a binary file that belongs to a number. */
export function mutate(original: Buffer, number: number, header: number): Mutant {
  const random = generator(number);
  const bytes = Buffer.from(original);
  const kind = random();
  if (kind < 0.12) {
    const at = random() < 0.5 ? place(random, bytes.length, header) : Math.floor(random() * bytes.length);
    return { bytes: bytes.subarray(0, at), what: `cut at ${at}` };
  }
  if (kind < 0.45) {
    const count = 1 + Math.floor(random() * random() * 8);
    const at = Array.from({ length: count }, () => place(random, bytes.length, header));
    for (const i of at) bytes[i]! ^= 1 << Math.floor(random() * 8);
    return { bytes, what: `bits flipped at ${at}` };
  }
  if (kind < 0.75) {
    const count = 1 + Math.floor(random() * random() * 3);
    return { bytes, what: Array.from({ length: count }, () => changeLength(random, bytes, header)).join(", ") };
  }
  const from = place(random, bytes.length, header);
  const length = 1 + Math.floor(random() * random() * 256);
  const at = place(random, bytes.length, header);
  const piece = Buffer.from(bytes.subarray(from, from + length));
  if (kind < 0.82) {
    piece.copy(bytes, at);
    return { bytes, what: `${piece.length} bytes from ${from} over ${at}` };
  }
  if (kind < 0.88) {
    const put = [bytes.subarray(0, at), piece, bytes.subarray(at)];
    return { bytes: Buffer.concat(put), what: `${piece.length} bytes from ${from} put in at ${at}` };
  }
  if (kind < 0.94) {
    return {
      bytes: Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
      what: `${length} bytes out at ${at}`,
    };
  }
  const value = random() < 0.5 ? 0 : Math.floor(random() * 256);
  bytes.fill(value, at, Math.min(bytes.length, at + length));
  return { bytes, what: `${length} bytes at ${at} are ${value}` };
}

// biome-ignore format: a table
const WORDS = [
  "null", "-1", "0", "1e999", "4294967296", "9007199254740993", '"x"', "[]", "{}", "true", "NaN", "1.5", "[1e9]",
];

/** The damaged copy of a text file (JSON, headers of words) that belongs to a number. */
export function mutateText(original: Buffer, number: number): Mutant {
  const random = generator(number ^ 0x5bd1e995);
  if (random() < 0.4) return mutate(original, number, original.length);
  const text = original.toString("latin1");
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|null|true|false|[A-Za-z_]+/g)];
  const token = tokens[Math.floor(random() * tokens.length)];
  if (!token) return mutate(original, number, original.length);
  const other = tokens[Math.floor(random() * tokens.length)]![0];
  const scaled = /^-?\d/.test(token[0])
    ? String(Number(token[0]) * [2, 10, 1e6, -1, 0.5][Math.floor(random() * 5)]!)
    : other;
  const word = [WORDS[Math.floor(random() * WORDS.length)]!, other, scaled][Math.floor(random() * 3)]!;
  const changed = text.slice(0, token.index) + word + text.slice(token.index + token[0].length);
  return { bytes: Buffer.from(changed, "latin1"), what: `${token[0]} at ${token.index} is ${word}` };
}
