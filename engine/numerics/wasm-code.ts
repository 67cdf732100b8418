/**
 * WebAssembly as lists of bytes: as much of it as loops over arrays of float64 with vector instructions need (core specification 2.0,
 * 128-bit vectors, no relaxed operations: the same bits on every machine).
 */

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

/** Types of local variables. */
export const type = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;

const memory = (opcode: readonly number[], align: number) => (offset: number) => [
  ...opcode,
  align,
  ...unsigned(offset),
];

/** Instructions; those that read or write memory take a constant that is added to the address on the stack. */
export const code = {
  get: (local: number) => [0x20, ...unsigned(local)],
  set: (local: number) => [0x21, ...unsigned(local)],
  tee: (local: number) => [0x22, ...unsigned(local)],
  constant: (value: number) => [0x41, ...signed(value)],
  add: [0x6a],
  /** Runs `body`, and again as long as it leaves a number other than 0. */
  repeat: (body: readonly number[]) => [0x03, 0x40, ...body, 0x0d, 0, 0x0b],
  notEqual: [0x47],
  scalar: {
    load: memory([0x2b], 3),
    store: memory([0x39], 3),
    mul: [0xa2],
    add: [0xa0],
  },
  /** Two numbers at once. */
  pair: {
    load: memory([0xfd, 0x00], 3),
    /** One number twice. */
    loadTwice: memory([0xfd, 0x0a], 3),
    store: memory([0xfd, 0x0b], 3),
    mul: [0xfd, ...unsigned(0xf2)],
    add: [0xfd, ...unsigned(0xf0)],
  },
} as const;

/** Bytes of a page of memory. */
export const page = 65536;

/**
 * A function without arguments that works on a memory.
 *
 * @param locals - types of its local variables, by number
 * @param body - its instructions
 * @param memory - what it reads and writes
 */
export function wasmFunction(
  locals: readonly number[],
  body: readonly number[],
  memory: WebAssembly.Memory,
): () => void {
  const section = (id: number, bytes: readonly number[]) => [id, ...unsigned(bytes.length), ...bytes];
  const text = (name: string) => [name.length, ...Buffer.from(name)];
  const start = [...unsigned(locals.length), ...locals.flatMap((kind) => [1, kind])];
  const length = unsigned(start.length + body.length + 1);
  const head = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(2, [1, ...text("env"), ...text("memory"), 2, 0, 0]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("run"), 0, 0]),
  ];
  const size = 1 + length.length + start.length + body.length + 1;
  const bytes = Uint8Array.from([...head, 10, ...unsigned(size), 1, ...length, ...start, ...body, 0x0b]);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return exports["run"] as () => void;
}
