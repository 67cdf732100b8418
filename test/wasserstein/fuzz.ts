/**
 * Hard calls of every public function of transport on the host: weights from 1e-300 to 1e300, zeros, duplicates, single
 * points, huge and tiny coordinates, extreme ε and reach. Each call gives finite numbers or a typed error.
 */

import { isMongeError, type Rng, rng } from "../../engine/index.ts";
import * as ot from "../../wasserstein/index.ts";

/** What came of one call. */
export interface Call {
  readonly number: number;
  readonly name: string;
  readonly outcome: "value" | "refused" | "bad";
  readonly message: string;
}

class Draw {
  readonly #random: Rng;
  constructor(random: Rng) {
    this.#random = random;
  }
  unit = (): number => this.#random.uniform(1)[0]!;
  below = (n: number): number => Math.min(n - 1, Math.floor(this.unit() * n));
  of = <T>(list: readonly T[]): T => list[this.below(list.length)]!;
  list = (n: number, make: () => number): Float64Array => Float64Array.from({ length: n }, make);
  /** Numbers of one scale, some of them equal, some zero. */
  numbers = (n: number): Float64Array => {
    const scale = this.of([1, 1, 1, 1e-3, 1e3, 1e-12, 1e12, 1e-160, 1e150, 1e-300, 1e300, 1.7e308, 5e-324]);
    const few = [this.unit() - 0.5, this.unit() - 0.5];
    const kind = this.below(5);
    return this.list(n, () => scale * (kind === 0 ? this.of(few) : kind === 1 ? 0 : 2 * this.unit() - 1));
  };
  weights = (n: number): Float64Array => {
    const kind = this.below(6);
    const scale = this.of([1, 1, 1e-12, 1e-150, 1e-300, 1e150, 1e299, 1e300]);
    return this.list(n, () =>
      kind === 0
        ? scale
        : kind === 1
          ? this.of([0, 1])
          : kind === 2
            ? 10 ** (600 * this.unit() - 300)
            : kind === 3
              ? this.of([1e-12, 1])
              : scale * this.unit(),
    );
  };
  cloud = (dim: number) => {
    const count = 1 + this.below(6);
    const cloud = { points: this.numbers(count * dim), count, dim };
    return this.below(2) === 0 ? cloud : { ...cloud, weights: this.weights(count) };
  };
}

type Work = (d: Draw) => unknown;

const p = (d: Draw) => ({
  p: d.of([1, 1, 2, 2, 1.5, 3, 50]),
  root: d.of([true, false]),
  normalize: d.of([true, true, false]),
});
const entropic = (d: Draw) => {
  const epsilon = d.of([undefined, undefined, 1e-300, 1e-12, 1e-3, 0.1, 1, 1e3, 1e300]);
  const reach = d.of([undefined, undefined, 1e-150, 1e-3, 1, 1e3, 1e150]);
  return {
    normalize: d.of([true, true, false]),
    maxIterations: 200,
    ...(epsilon && { epsilon }),
    ...(reach && { reach }),
  };
};
const gaussian = (d: Draw, dim: number): ot.Gaussian => {
  const factor = d.numbers(dim * dim);
  const mean = d.numbers(dim);
  const kind = d.below(3);
  if (kind === 0) return { mean, factor };
  if (kind === 1) return { mean, variance: d.numbers(dim).map(Math.abs) };
  const cov = Float64Array.from({ length: dim * dim }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += factor[k * dim + Math.floor(at / dim)]! * factor[k * dim + (at % dim)]!;
    return sum;
  });
  return { mean, cov };
};
const metric = (d: Draw) => {
  const size = 1 + d.below(4);
  const distances = new Float64Array(size * size);
  const numbers = d.numbers(size * size).map(Math.abs);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) distances[i * size + j] = distances[j * size + i] = numbers[i * size + j]!;
  return { distances, size, ...(d.below(2) === 0 && { weights: d.weights(size) }) };
};
const pair = (d: Draw) => {
  const dim = 1 + d.below(3);
  return [d.cloud(dim), d.cloud(dim)] as const;
};
const sliced = (d: Draw) => ({ ...p(d), rng: rng(d.below(1000)) });
const line = (d: Draw) => {
  const [n, m] = [1 + d.below(6), 1 + d.below(6)];
  const [a, b] = d.below(2) === 0 ? [undefined, undefined] : [d.weights(n), d.weights(m)];
  return [
    { values: d.numbers(n), weights: a },
    { values: d.numbers(m), weights: b },
  ] as const;
};

/** Every public function that computes on the host, at random inputs. */
export const calls: Readonly<Record<string, Work>> = {
  wasserstein1d: (d) => ot.wasserstein1d(...line(d), p(d)),
  "wasserstein1d gradient": (d) => ot.wasserstein1d(...line(d), p(d)).gradient(),
  barycenter1d: (d) =>
    ot.barycenter1d([{ values: d.numbers(3), weights: d.weights(3) }, d.numbers(4)], { weights: d.weights(2) }),
  slicedWasserstein: (d) => ot.slicedWasserstein(...pair(d), { directions: 16, ...sliced(d) } as never),
  "slicedWasserstein gradient": (d) => ot.slicedWasserstein(...pair(d), { directions: 16, ...sliced(d) }).gradient(),
  maxSlicedWasserstein: (d) => ot.maxSlicedWasserstein(...pair(d), sliced(d) as never),
  "maxSlicedWasserstein gradient": (d) => ot.maxSlicedWasserstein(...pair(d), sliced(d)).gradient(),
  emd: (d) => ot.emd(...pair(d), p(d)),
  "emd of costs": (d) =>
    ot.emd({ cost: d.numbers(6), rows: 2, columns: 3, xWeights: d.weights(2), yWeights: d.weights(3) }, undefined, {
      normalize: true,
    }),
  "emd gradient": (d) => ot.emd(...pair(d), p(d)).gradient(),
  sinkhorn: (d) => {
    const result = ot.sinkhorn(...pair(d), entropic(d) as never);
    return {
      value: result.value,
      entropicValue: result.entropicValue,
      f: result.f,
      g: result.g,
      cost: result.linearCost,
      bounds: result.bounds,
      gap: result.dualityGap,
      ...(d.below(2) && { x: result.gradient().x, y: result.gradient().y }),
      plan: result.plan().toDense(),
    };
  },
  "sinkhorn of costs": (d) => {
    const problem = { cost: d.numbers(6), rows: 2, columns: 3, xWeights: d.weights(2), yWeights: d.weights(3) };
    const { entropicValue, f, g } = ot.sinkhorn(problem, undefined, entropic(d));
    return { entropicValue, f, g };
  },
  sinkhornDivergence: (d) => ot.sinkhornDivergence(...pair(d), entropic(d) as never).value,
  gaussianOf: (d) => ot.gaussianOf(d.cloud(1 + d.below(3)), { lowRank: d.of([true, false]) }),
  buresWasserstein: (d) => {
    const dim = 1 + d.below(3);
    return ot.buresWasserstein(gaussian(d, dim), gaussian(d, dim)).value;
  },
  buresBarycenter: (d) => ot.buresBarycenter([gaussian(d, 2), gaussian(d, 2)], { weights: d.weights(2) } as never),
  gromovWasserstein: (d) =>
    ot.gromovWasserstein(metric(d) as never, metric(d) as never, { rng: rng(1) } as never).value,
  gromovWasserstein1d: (d) => {
    const { value, gradient } = ot.gromovWasserstein1d(...line(d), { normalize: true });
    return { value, gradient: gradient() };
  },
  dualSobolevNorm: (d) =>
    ot.dualSobolevNorm({ values: d.numbers(8), shape: [8] }, {
      spacing: d.of([1, 1e-100, 1e100, 1e-300, 1e300]),
    } as never),
  multiscaleWasserstein: (d) => {
    const image = () => ({ values: d.numbers(16).map(Math.abs), shape: [1, 4, 4] });
    return ot.multiscaleWasserstein(image() as never, image() as never, { scales: [1, 2] } as never);
  },
};

/** The first number in a result that is not finite. */
function strange(value: unknown, path: string, depth = 0): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value !== "object" || value === null || depth > 4) return undefined;
  if (ArrayBuffer.isView(value)) {
    const at = (value as unknown as Float64Array).findIndex((v) => !Number.isFinite(Number(v)));
    return at < 0 ? undefined : `${path}[${at}] is ${(value as unknown as Float64Array)[at]}`;
  }
  for (const [key, one] of Object.entries(value)) {
    // The powers p along directions may leave float64 where their root does not.
    if (key === "slices") continue;
    const found = strange(one, `${path}.${key}`, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** A message begins with the function's name, or with that of the distance whose gradient or line it is. */
function isNamed(name: string, message: string): boolean {
  const own = name.split(" ")[0]!;
  const spoken = /^\w+/.exec(message)?.[0] ?? "";
  return own.startsWith(spoken) || (own === "gromovWasserstein1d" && spoken === "wasserstein1d");
}

/** Calls number `from` up to `to`, of all functions in turn. */
export function transportFuzz(
  from: number,
  to: number,
  slow?: (number: number, name: string, ms: number) => void,
): Call[] {
  const names = Object.keys(calls);
  return Array.from({ length: to - from }, (_, k): Call => {
    const number = from + k;
    const name = names[number % names.length]!;
    const start = performance.now();
    const call = (outcome: Call["outcome"], message = ""): Call => ({ number, name, outcome, message });
    try {
      const bad = strange(calls[name]!(new Draw(rng(number))), name);
      return bad === undefined ? call("value") : call("bad", bad);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!isMongeError(error)) return call("bad", `${error instanceof Error ? error.name : ""} ${message}`);
      return isNamed(name, message) ? call("refused", message) : call("bad", `misnamed: ${message}`);
    } finally {
      slow?.(number, name, performance.now() - start);
    }
  });
}
