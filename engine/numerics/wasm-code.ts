/**
 * WebAssembly as lists of bytes: as much of it as loops over arrays of float64 with vector instructions need (core
 * specification 2.0, 128-bit vectors, no relaxed operations: bitwise identical on every machine).
 */
import { BackendError } from "../errors.ts";

/** A number as LEB128, of which integers of WebAssembly are written. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** The same for constants below 2³², which are read as signed numbers of 32 bits. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && low < 64) || (rest === -1 && low >= 64)) return [...bytes, low];
    bytes.push(low + 128);
  }
}

/** Integers of 64 bits as signed LEB128. */
function signedLong(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asIntN(64, value);
  for (;;) {
    const low = Number(rest & 127n);
    rest >>= 7n;
    if ((rest === 0n && low < 64) || (rest === -1n && low >= 64)) return [...bytes, low];
    bytes.push(low + 128);
  }
}

/** Types of local variables. */
export const type = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b } as const;

const memory = (opcode: readonly number[], align: number) => (offset: number) => [
  ...opcode,
  align,
  ...unsigned(offset),
];

const vector = (opcode: number) => [0xfd, ...unsigned(opcode)];

/** Instructions; those that read or write memory take a constant that is added to the address on the stack. */
export const code = {
  get: (local: number) => [0x20, ...unsigned(local)],
  set: (local: number) => [0x21, ...unsigned(local)],
  tee: (local: number) => [0x22, ...unsigned(local)],
  constant: (value: number) => [0x41, ...signed(value)],
  add: [0x6a],
  times: [0x6c],
  call: (number: number) => [0x10, ...unsigned(number)],
  /** Runs `body`, and again as long as it leaves a number other than 0. */
  repeat: (body: readonly number[]) => [0x03, 0x40, ...body, 0x0d, 0, 0x0b],
  notEqual: [0x47],
  /** Integers of 64 bits. */
  long: {
    load: memory([0x29], 3),
    store: memory([0x37], 3),
    constant: (value: bigint) => [0x42, ...signedLong(value)],
    add: [0x7c],
    times: [0x7e],
    /** Bits moved round to the left by a number on the stack. */
    rotate: [0x89],
  },
  scalar: {
    load: memory([0x2b], 3),
    store: memory([0x39], 3),
    mul: [0xa2],
    add: [0xa0],
    none: [0x44, 0, 0, 0, 0, 0, 0, 0, 0],
  },
  /** Two numbers at once. */
  pair: {
    load: memory([0xfd, 0x00], 3),
    /** One number twice. */
    loadTwice: memory([0xfd, 0x0a], 3),
    store: memory([0xfd, 0x0b], 3),
    mul: vector(0xf2),
    add: vector(0xf0),
    sub: vector(0xf1),
    div: vector(0xf3),
    min: vector(0xf4),
    max: vector(0xf5),
    /** The second number where it is less than the first, else the first; and where it is greater. */
    smaller: vector(0xf6),
    larger: vector(0xf7),
    abs: vector(0xec),
    neg: vector(0xed),
    sqrt: vector(0xef),
    equal: vector(0x47),
    less: vector(0x49),
    greater: vector(0x4a),
    lessOrEqual: vector(0x4b),
    greaterOrEqual: vector(0x4c),
    not: vector(0x4d),
    and: vector(0x4e),
    or: vector(0x50),
    /** Takes bits of the first where the third has ones, else of the second. */
    choose: vector(0x52),
    /** Bits of integers of 64 bits moved to the left by a number on the stack. */
    shift: vector(0xcb),
    addBits: vector(0xce),
    /** The first or second of the numbers. */
    lane: (k: 0 | 1) => [...vector(0x21), k],
    none: [...vector(0x0c), ...new Array<number>(16).fill(0)],
  },
  /** Sixteen of the thirty-two bytes of two vectors. */
  pickBytes: (places: readonly number[]) => [...vector(0x0d), ...places],
  /** Four integers of 32 bits at once. */
  four: {
    constant: (...values: readonly number[]) => [
      ...vector(0x0c),
      ...new Uint8Array(Uint32Array.from(values, (value) => value >>> 0).buffer),
    ],
    /** An integer of the stack four times. */
    fill: vector(0x11),
    add: vector(0xae),
    xor: vector(0x51),
    /** Products of 64 bits of the first two and of the last two of each, without signs. */
    firstProducts: vector(0xde),
    lastProducts: vector(0xdf),
    /** Four of the eight integers of two vectors. */
    pick: (...places: readonly number[]) => [
      ...vector(0x0d),
      ...places.flatMap((place) => [0, 1, 2, 3].map((byte) => 4 * place + byte)),
    ],
  },
} as const;

/** Bytes of a page of memory. */
export const page = 65536;

/** A function of a module. */
export interface WasmFunction {
  /** Number of 32-bit integers that it takes: its first local variables. */
  readonly parameters: number;
  /** Types of the local variables after them. */
  readonly locals: readonly number[];
  readonly body: readonly number[];
}

/** Bytes and local variables that engines take in one function (V8: 7 654 321 and 50 000), with room for its head. */
const [mostCode, mostLocals] = [7_600_000, 50_000];

/** True if a function is not more than engines take. */
export const fits = ({ parameters, locals, body }: WasmFunction): boolean =>
  // Each local variable is two bytes of the head.
  body.length + 2 * locals.length <= mostCode && parameters + locals.length <= mostLocals;

/** Memory of a module; its own type is one of browsers, which programs for Node may lack. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/**
 * Functions without results that work on a memory.
 *
 * @param functions - of which `code.call` speaks by their place after the imported ones
 * @param memory - what they read and write
 * @param imported - functions of one or two numbers
 * @returns the functions, in order
 */
export function wasmModule(
  functions: readonly WasmFunction[],
  memory: WasmMemory,
  imported: readonly ((x: number, y: number) => number)[] = [],
): ((...integers: number[]) => void)[] {
  const section = (id: number, bytes: readonly number[]) => joined([[id], unsigned(bytes.length), bytes]);
  const list = (items: readonly (readonly number[])[]) => joined([unsigned(items.length), ...items]);
  const text = (name: string) => [name.length, ...new TextEncoder().encode(name)];
  const most = Math.max(...functions.map(({ parameters }) => parameters));
  // Types: of so many integers without a result, and last of one and of two numbers with one.
  const types = [
    ...Array.from({ length: most + 1 }, (_, n) => [0x60, n, ...new Array<number>(n).fill(type.i32), 0]),
    [0x60, 1, type.f64, 1, type.f64],
    [0x60, 2, type.f64, type.f64, 1, type.f64],
  ];
  const imports = imported.map((f, i) => [...text("env"), ...text(`f${i}`), 0, most + (f.length > 1 ? 2 : 1)]);
  const bodies = functions.map(({ locals, body }) => {
    const start = list(locals.map((kind) => [1, kind]));
    return joined([unsigned(start.length + body.length + 1), start, body, [0x0b]]);
  });
  const bytes = joined([
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, list(types)),
    section(2, list([[...text("env"), ...text("memory"), 2, 0, 0], ...imports])),
    section(3, list(functions.map(({ parameters }) => [parameters]))),
    section(7, list(functions.map((_, i) => [...text(`f${i}`), 0, ...unsigned(imported.length + i)]))),
    section(10, list(bodies)),
  ]);
  const env = { memory: memory as WebAssembly.Memory, ...Object.fromEntries(imported.map((f, i) => [`f${i}`, f])) };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)), { env });
  return functions.map((_, i) => exports[`f${i}`] as (...integers: number[]) => void);
}

/** Lists after one another; they may be longer than a call can have arguments. */
export function append(to: number[], ...lists: readonly (readonly number[])[]): void {
  for (const list of lists) for (const byte of list) to.push(byte);
}

function joined(lists: readonly (readonly number[])[]): number[] {
  const all: number[] = [];
  append(all, ...lists);
  return all;
}

/**
 * Looks for memory before a library that is written in WebAssembly is loaded, since many print or crash without it.
 *
 * @throws BackendError where there is none
 */
export function requireMemory(library: string): void {
  if (memoryOf(1) !== undefined) return;
  const why = `${library} runs in WebAssembly, which gets no memory: Node sets aside 10 GB of addresses for it`;
  throw new BackendError(`${why}; end other programs, or raise the limit of addresses (\`ulimit -v\`)`, "cpu");
}

/** Pages that a memory can have: 4 GB. */
const mostPages = 65536;

/**
 * Memory, for which V8 sets aside 10 GB of addresses: undefined where there cannot be so much, or the process may not
 * have them.
 */
export function memoryOf(pages: number): WasmMemory | undefined {
  if (!(pages <= mostPages)) return undefined;
  try {
    return new WebAssembly.Memory({ initial: pages });
  } catch (error) {
    // What is free cannot be asked beforehand.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
