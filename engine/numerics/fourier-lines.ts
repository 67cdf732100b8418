/**
 * Fourier transforms of two complex lines at once, for sizes that are powers of two: the passes of Stockham (Cochran et
 * al. 1967), radix 4, by vector instructions of WebAssembly, whose halves are the two lines.
 */
import { code, memoryOf, page, type, wasmModule } from "./wasm-code.ts";

/** Two lines side by side: [n, (re, re, im, im)]. */
export interface FourierLines {
  /** To be filled. */
  readonly input: Float64Array;
  /** Filled by the transform, which may change the input. */
  readonly output: Float64Array;
  /** Σ_x f(x) exp(−2πi kx/n) of both lines. */
  transform(): void;
}

/** Bytes of a number of both lines. */
const STEP = 32;

/** @returns undefined without memory. @param n - a power of two */
export function fourierLines(n: number): FourierLines | undefined {
  const lengths: number[] = [];
  for (let length = n; length > 1; length /= length > 2 ? 4 : 2) lengths.push(length);
  const roots = lengths.map(rootsOf);
  const numbers = roots.reduce((sum, { length }) => sum + length, 0);
  const memory = memoryOf(Math.ceil((2 * n * STEP + 8 * numbers) / page));
  if (memory === undefined) return undefined;
  const buffers = [0, n * STEP] as const;
  const body: number[] = [];
  let rootsAt = 2 * n * STEP;
  for (const [k, length] of lengths.entries()) {
    new Float64Array(memory.buffer, rootsAt).set(roots[k]!);
    body.push(...passOf(length, n / length, buffers[k % 2]!, buffers[(k + 1) % 2]!, rootsAt));
    rootsAt += 8 * roots[k]!.length;
  }
  const locals = [...new Array<number>(4).fill(type.i32), ...new Array<number>(16).fill(type.v128)];
  const transform = wasmModule([{ parameters: 0, locals, body }], memory)[0]!;
  const view = (at: number) => new Float64Array(memory.buffer, at, 4 * n);
  return { input: view(buffers[0]), output: view(buffers[lengths.length % 2]!), transform };
}

/** exp(−2πi jp/length) for j = 1, 2, 3, real and imaginary part, p after p. */
function rootsOf(length: number): Float64Array {
  const out = new Float64Array(length > 4 ? 1.5 * length : 0);
  for (let k = 0; k < out.length; k += 2) {
    const angle = (2 * Math.PI * Math.floor(k / 6) * (((k % 6) + 2) / 2)) / length;
    out[k] = Math.cos(angle);
    out[k + 1] = -Math.sin(angle);
  }
  return out;
}

const { get, set, constant, pair } = code;
const [x, y, root, end] = [0, 1, 2, 3];
const [a, b, c, d] = [4, 6, 8, 10];
const w = [12, 14, 16] as const;
const held = 18;

/** One pass over transforms of a length, of which there are `count` interleaved. */
function passOf(length: number, count: number, from: number, to: number, roots: number): number[] {
  const radix = length > 2 ? 4 : 2;
  const apart = (length / radix) * count * STEP;
  const further = (local: number, bytes: number) => [...get(local), ...constant(bytes), ...code.add, ...set(local)];
  const isLast = length === radix;
  const butterfly = radix === 4 ? four(apart, count * STEP, !isLast) : two(apart, count * STEP);
  const inner = [
    ...(isLast
      ? []
      : w.flatMap((at, j) => [0, 1].flatMap((k) => [...get(root), ...pair.loadTwice(16 * j + 8 * k), ...set(at + k)]))),
    ...further(root, 48),
    ...[...get(x), ...constant(count * STEP), ...code.add, ...set(end)],
    ...code.repeat([...butterfly, ...further(x, STEP), ...further(y, STEP), ...get(x), ...get(end), ...code.notEqual]),
    ...further(y, (radix - 1) * count * STEP),
    ...[...get(x), ...constant(from + apart), ...code.notEqual],
  ];
  const start = (
    [
      [x, from],
      [y, to],
      [root, roots],
    ] as const
  ).flatMap(([local, at]) => [...constant(at), ...set(local)]);
  return [...start, ...code.repeat(inner)];
}

const load = (at: number, into: number) =>
  [0, 1].flatMap((k) => [...get(x), ...pair.load(at + 16 * k), ...set(into + k)]);
const sum = (p: number, q: number) => [...get(p), ...get(q), ...pair.add];
const difference = (p: number, q: number) => [...get(p), ...get(q), ...pair.sub];
const store = (at: number, value: readonly number[]) => [...get(y), ...value, ...pair.store(at)];

function two(apart: number, next: number): number[] {
  return [
    ...[...load(0, a), ...load(apart, b)],
    ...[0, 1].flatMap((k) => [...store(16 * k, sum(a + k, b + k)), ...store(next + 16 * k, difference(a + k, b + k))]),
  ];
}

/** Sums and differences of four numbers, turned by the roots. */
function four(apart: number, next: number, turned: boolean): number[] {
  const put = (j: 1 | 2 | 3, re: readonly number[], im: readonly number[]) => {
    if (!turned) return [...store(j * next, re), ...store(j * next + 16, im)];
    const [p, q] = [w[j - 1]!, w[j - 1]! + 1];
    const times = (value: number, factor: number) => [...get(value), ...get(factor), ...pair.mul];
    return [
      ...[...re, ...set(held), ...im, ...set(held + 1)],
      ...store(j * next, [...times(held, p), ...times(held + 1, q), ...pair.sub]),
      ...store(j * next + 16, [...times(held, q), ...times(held + 1, p), ...pair.add]),
    ];
  };
  // a ± c and b ± d in place of the four.
  const both = (p: number, q: number) =>
    [0, 1].flatMap((k) => [...sum(p + k, q + k), ...difference(p + k, q + k), ...set(q + k), ...set(p + k)]);
  return [
    ...[a, b, c, d].flatMap((at, j) => load(j * apart, at)),
    ...[...both(a, c), ...both(b, d)],
    ...[0, 1].flatMap((k) => store(16 * k, sum(a + k, b + k))),
    ...put(1, sum(c, d + 1), difference(c + 1, d)),
    ...put(2, difference(a, b), difference(a + 1, b + 1)),
    ...put(3, difference(c, d + 1), sum(c + 1, d)),
  ];
}
