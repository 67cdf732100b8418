/** HDF5's shuffle filter undone: sixteen elements at once by vector instructions of WebAssembly, as far as there is memory for it. */
import { code, memoryOf, page, type, wasmModule } from "../../../../engine/numerics/wasm-code.ts";

/** Bytes of each place of the elements that are handed over together: planes in one page, elements in the next. */
const PLANE = page / 4;
/** Bytes of a vector. */
const WIDTH = 16;
/** Fewer elements are put together here. */
const FEW = 64;

/** Takes so many bytes of each plane, a multiple of 16, and puts the elements behind them. */
interface Interleaver {
  readonly planes: Uint8Array;
  readonly elements: Uint8Array;
  run(bytes: number): void;
}

/** `count` bytes of one vector and as many of the other in turn, from the first half of both on or from the second. */
const inTurn = (count: number, half: 0 | 1): number[] =>
  Array.from({ length: WIDTH }, (_, i) => {
    const [pair, byte] = [Math.floor(i / count), i % count];
    return (pair % 2) * WIDTH + half * (WIDTH / 2) + Math.floor(pair / 2) * count + byte;
  });

/** Functions for elements of two and of four bytes. */
function interleavers(): Readonly<Record<number, Interleaver>> | undefined {
  const memory = memoryOf(2);
  if (memory === undefined) return undefined;
  const [END, AT, TO, A, C] = [0, 1, 2, 3, 4];
  const { get, set, tee, constant, add, pickBytes, repeat, notEqual, pair } = code;
  const load = (plane: number) => [...get(AT), ...pair.load(plane * PLANE)];
  const mixed = (first: number, second: number, half: 0 | 1) => [
    ...[...load(first), ...load(second), ...pickBytes(inTurn(1, half))],
  ];
  const put = (place: number, value: readonly number[]) => [...get(TO), ...value, ...pair.store(page + place * WIDTH)];
  const loop = (size: number, step: readonly number[]) => ({
    parameters: 1,
    locals: [type.i32, type.i32, type.v128, type.v128],
    body: repeat([
      ...step,
      ...[...get(TO), ...constant(size * WIDTH), ...add, ...set(TO)],
      ...[...get(AT), ...constant(WIDTH), ...add, ...tee(AT), ...get(END), ...notEqual],
    ]),
  });
  const halves = [0, 1] as const;
  const ofTwo = loop(
    2,
    halves.flatMap((half) => put(half, mixed(0, 1, half))),
  );
  const ofFour = loop(
    4,
    halves.flatMap((half) => [
      ...[...mixed(0, 1, half), ...set(A), ...mixed(2, 3, half), ...set(C)],
      ...halves.flatMap((part) => put(2 * half + part, [...get(A), ...get(C), ...pickBytes(inTurn(2, part))])),
    ]),
  );
  const [two, four] = wasmModule([ofTwo, ofFour], memory);
  const [planes, elements] = [new Uint8Array(memory.buffer, 0, page), new Uint8Array(memory.buffer, page, page)];
  return { 2: { planes, elements, run: two! }, 4: { planes, elements, run: four! } };
}

let made: ReturnType<typeof interleavers> | null = null;

/** Puts the bytes of each element together again; `target` has the length of `bytes`. */
export function unshuffle(bytes: Uint8Array, target: Uint8Array, size: number): void {
  const n = Math.floor(bytes.length / size);
  if (made === null && n >= FEW && (size === 2 || size === 4)) made = interleavers();
  const vectors = n >= FEW ? made?.[size] : undefined;
  const done = vectors === undefined ? 0 : byVectors(vectors, bytes, target, n, size);
  if (size === 8 && isLittle && target.byteOffset % 4 === 0) wide(bytes, target, n);
  else for (let k = 0; k < size; k++) for (let i = done; i < n; i++) target[i * size + k] = bytes[k * n + i]!;
  // Bytes behind the last whole element are not shuffled.
  target.set(bytes.subarray(n * size), n * size);
}

/** @returns how many elements are put together: all but less than 16 */
function byVectors(
  { planes, elements, run }: Interleaver,
  bytes: Uint8Array,
  target: Uint8Array,
  n: number,
  size: number,
): number {
  const whole = n - (n % WIDTH);
  for (let from = 0; from < whole; from += PLANE) {
    const count = Math.min(PLANE, whole - from);
    for (let k = 0; k < size; k++) planes.set(bytes.subarray(k * n + from, k * n + from + count), k * PLANE);
    run(count);
    target.set(count === page / size ? elements : elements.subarray(0, count * size), from * size);
  }
  return whole;
}

const isLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Elements of eight bytes, by words of four. */
function wide(bytes: Uint8Array, target: Uint8Array, n: number): void {
  const words = new Uint32Array(target.buffer, target.byteOffset, 2 * n);
  for (let half = 0; half < 2; half++) {
    const [a, b, c, d] = [4 * half * n, (4 * half + 1) * n, (4 * half + 2) * n, (4 * half + 3) * n];
    for (let i = 0; i < n; i++) {
      words[2 * i + half] = bytes[a + i]! | (bytes[b + i]! << 8) | (bytes[c + i]! << 16) | (bytes[d + i]! << 24);
    }
  }
}
