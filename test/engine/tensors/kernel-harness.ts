/**
 * The judge of the kernel table. A case is a function of tensors; the judge turns it into the scalar Σ w·f(x) with fixed
 * random weights and compares values and gradients on every device:
 *   - float32 values with tfjs' plain backend, an independent implementation;
 *   - float64 values with the float32 ones, to float32's digits (and to Math.* where the table gives a formula);
 *   - float64 gradients with central differences of float64 values along random directions, an oracle that knows
 *     nothing of gradients; the other gradients with the float64 ones.
 */
import * as fc from "fast-check";
import { type Compiled, type Rng, rng, type TensorSpec, tf } from "../../../engine/index.ts";
import type { TypedArray } from "../../../engine/tensors/index.ts";
import { compileOn, type JudgedOptions } from "./compile-on.ts";

export interface CaseInput {
  readonly shape: readonly number[];
  /** @defaultValue -2 */
  readonly low?: number;
  /** @defaultValue 2 */
  readonly high?: number;
  /** @defaultValue "float32"; integers are drawn from low ≤ k < high. */
  readonly dtype?: "float32" | "int32" | "bool";
  /** Given values instead of drawn ones. */
  readonly data?: readonly number[];
}

export interface KernelCase {
  readonly inputs: readonly CaseInput[];
  readonly fn: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** Whether gradients exist; @defaultValue true */
  readonly gradient?: boolean;
  /** Whether devices other than compiled "cpu" have these digits; @defaultValue true */
  readonly everywhere?: boolean;
  /** Elementwise formula in float64, for one float input. */
  readonly exact?: (x: number) => number;
  /** Relative error allowed against `exact`. @defaultValue 2e-15 (a few rounding errors of float64) */
  readonly digits?: number;
}

/** What a case draws its shapes and options from; fast-check shrinks them. */
export interface Draw {
  int(low: number, high: number): number;
  pick<T>(values: readonly T[]): T;
  shape(minRank: number, maxRank: number, maxDim?: number): number[];
}

/** Draws through fast-check's generator. */
export function drawFrom(g: fc.GeneratorValue): Draw {
  const int = (low: number, high: number) => g(fc.integer, { min: low, max: high });
  return {
    int,
    pick: (values) => values[int(0, values.length - 1)]!,
    shape: (minRank, maxRank, maxDim = 4) => Array.from({ length: int(minRank, maxRank) }, () => int(1, maxDim)),
  };
}

export type KernelTable = Readonly<Record<string, (draw: Draw) => KernelCase>>;

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Numbers that float32 holds exactly, so that both precisions see the same function arguments. */
function drawInput(input: CaseInput, random: Rng): number[] {
  if (input.data) return [...input.data];
  const { shape, low = -2, high = 2, dtype = "float32" } = input;
  const n = sizeOf(shape);
  if (dtype === "bool") return Array.from(random.integers(n, 0, 2));
  if (dtype === "int32") return Array.from(random.integers(n, low, high));
  return Array.from({ length: n }, () => Math.fround(low + (high - low) * random.uniform()));
}

const typed = (values: readonly number[], dtype: string, precision: string): TypedArray =>
  dtype === "int32"
    ? Int32Array.from(values)
    : dtype === "bool"
      ? Uint8Array.from(values)
      : precision === "float64"
        ? Float64Array.from(values)
        : Float32Array.from(values);

export interface Evaluation {
  /** f(x) */
  readonly value: Float64Array;
  /** Gradients of Σ w·f(x), one per float input. */
  readonly gradients: readonly Float64Array[];
}

interface Prepared {
  readonly compiled: Compiled;
  readonly precision: "float32" | "float64";
  run(inputs: readonly (readonly number[])[], weights: readonly number[]): Promise<Evaluation>;
}

/** Compiles value and gradient of a case for a device. */
export async function prepare(
  test: KernelCase,
  outShape: readonly number[],
  options: JudgedOptions,
): Promise<Prepared> {
  const { precision = "float32" } = options;
  const dtypes = test.inputs.map((input) => input.dtype ?? "float32");
  const specs: TensorSpec[] = test.inputs.map((input, i) => ({ shape: input.shape, dtype: dtypes[i]! }));
  const floats = dtypes.flatMap((dtype, i) => (dtype === "float32" ? [i] : []));
  const differentiable = test.gradient !== false;
  const compiled = await compileOn(
    options,
    (...tensors) => {
      const weights = tensors.at(-1)!;
      const inputs = tensors.slice(0, -1);
      const value = tf.cast(test.fn(...inputs), "float32");
      if (!differentiable) return [value];
      const grads = tf.grads((...xs: tf.Tensor[]) => {
        const all = [...inputs];
        floats.forEach((at, k) => {
          all[at] = xs[k]!;
        });
        return tf.sum(tf.mul(tf.cast(test.fn(...all), "float32"), weights));
      })(floats.map((at) => inputs[at]!));
      return [value, ...grads];
    },
    [...specs, { shape: outShape }],
  );
  return {
    compiled,
    precision,
    async run(inputs, weights) {
      const arrays = inputs.map((values, i) => typed(values, dtypes[i]!, precision));
      const [value, ...gradients] = await compiled.run([...arrays, typed(weights, "float32", precision)]);
      return { value: Float64Array.from(value!), gradients: gradients.map((g) => Float64Array.from(g)) };
    },
  };
}

/** The shape of a case's value, from drawn inputs. */
export function shapeOf(test: KernelCase): number[] {
  const random = rng(0);
  return onPlainBackend(
    test,
    test.inputs.map((input) => drawInput(input, random)),
  ).shape;
}

/** The case on tfjs' plain backend, without compile. */
export function onPlainBackend(
  test: KernelCase,
  inputs: readonly (readonly number[])[],
): { shape: number[]; value: Float64Array } {
  const cpu = tf.findBackend("cpu") as unknown as { firstUse: boolean };
  cpu.firstUse = false;
  void tf.setBackend("cpu");
  const y = tf.tidy(() => {
    const tensors = test.inputs.map((input, i) => tf.tensor(inputs[i]!, [...input.shape], input.dtype ?? "float32"));
    return test.fn(...tensors);
  });
  const value = Float64Array.from(y.dataSync());
  y.dispose();
  return { shape: [...y.shape], value };
}

function worst(actual: Float64Array, expected: Float64Array): { error: number; at: number } {
  if (actual.length !== expected.length) return { error: Number.POSITIVE_INFINITY, at: -1 };
  const scale = expected.reduce((m, v) => (Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m), 1e-3);
  let found = { error: 0, at: -1 };
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!];
    const error = Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b)) ? 0 : Math.abs(a - b) / scale;
    if (!(error <= found.error)) found = { error: Number.isNaN(error) ? Number.POSITIVE_INFINITY : error, at: i };
  }
  return found;
}

export function close(what: string, actual: Float64Array, expected: Float64Array, tolerance: number): void {
  const { error, at } = worst(actual, expected);
  if (error > tolerance) {
    throw new Error(
      `${what}: relative error ${error.toExponential(2)} > ${tolerance} at ${at}: got ${actual[at]}, expected ${expected[at]}`,
    );
  }
}

/** float32 has 24 bits; sums of a few hundred products lose some of them. */
const single = 2e-5;
/** Central differences with h = 1e-5 in float64: error of order h² f''' and 1e-16/h. */
const difference = 2e-7;

/** One drawn case on all given devices. */
export async function judge(
  make: (draw: Draw) => KernelCase,
  devices: readonly JudgedOptions[],
  runs: number,
  seed = 7,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.gen(), fc.nat(1e6), async (g, dataSeed) => {
      const test = make(drawFrom(g));
      const random = rng(dataSeed);
      const inputs = test.inputs.map((input) => drawInput(input, random));
      const plain = onPlainBackend(test, inputs);
      const weights = plain.value.length ? drawInput({ shape: plain.shape, low: 0.5, high: 1.5 }, random) : [];
      const programs: Prepared[] = [];
      try {
        let reference: Evaluation | undefined;
        for (const options of devices) {
          if ((options.device ?? "cpu") !== "cpu" && test.everywhere === false) continue;
          const prepared = await prepare(test, plain.shape, options);
          programs.push(prepared);
          const label = `${options.device ?? "cpu"} ${prepared.precision}`;
          const got = await prepared.run(inputs, weights);
          close(`${label} value`, got.value, plain.value, single);
          if (prepared.precision === "float64") {
            if (test.exact) {
              close("exact value", got.value, Float64Array.from(inputs[0]!, test.exact), test.digits ?? 2e-15);
            }
            if (test.gradient !== false) await checkDifferences(test, prepared, inputs, weights, got, random);
            reference = got;
          } else {
            reference?.gradients.forEach((expected, k) => {
              close(`${label} gradient ${k}`, got.gradients[k]!, expected, 5 * single);
            });
          }
        }
      } finally {
        for (const { compiled } of programs) await compiled.dispose();
      }
    }),
    { numRuns: runs, seed, includeErrorInReport: true },
  );
}

async function checkDifferences(
  test: KernelCase,
  prepared: Prepared,
  inputs: readonly (readonly number[])[],
  weights: readonly number[],
  got: Evaluation,
  random: Rng,
): Promise<void> {
  const floats = test.inputs.flatMap((input, i) => ((input.dtype ?? "float32") === "float32" ? [i] : []));
  const h = 1e-5;
  for (const [k, at] of floats.entries()) {
    const direction = inputs[at]!.map(() => (random.uniform() < 0.5 ? -1 : 1) * (0.5 + random.uniform()));
    const along = async (step: number) => {
      const moved = inputs.map((values, i) => (i === at ? values.map((v, j) => v + step * direction[j]!) : values));
      const { value } = await prepared.run(moved, weights);
      return value.reduce((sum, v, i) => sum + v * weights[i]!, 0);
    };
    const numeric = ((await along(h)) - (await along(-h))) / (2 * h);
    const gradient = got.gradients[k]!;
    const analytic = gradient.reduce((sum, v, i) => sum + v * direction[i]!, 0);
    const scale = gradient.reduce((sum, v) => sum + Math.abs(v), 1);
    if (!(Math.abs(numeric - analytic) <= difference * scale)) {
      throw new Error(`gradient of input ${at}: ${analytic} along a direction, central difference ${numeric}`);
    }
  }
}
