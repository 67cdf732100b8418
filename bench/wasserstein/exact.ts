/** Exact transport between 2000 points and 2000 points, against POT's network simplex and SciPy's assignment. */
import { rng } from "../../engine/random/rng.ts";
import { emd } from "../../wasserstein/exact/emd.ts";
import { type Bench, type BenchOptions, interleave, ours, type Result, resultOf } from "../measure.ts";
import { startPeer } from "../peer.ts";

interface Case {
  readonly name: string;
  /** Costs are squared distances of uniform points in this dimension; 0: independent uniform numbers. */
  readonly dim: number;
  readonly weighted: boolean;
}

const cases: readonly Case[] = [
  { name: "emd-2d", dim: 2, weighted: false },
  { name: "emd-10d", dim: 10, weighted: false },
  { name: "emd-random-costs", dim: 0, weighted: false },
  { name: "emd-2d-weighted", dim: 2, weighted: true },
  { name: "emd-10d-weighted", dim: 10, weighted: true },
];

function costs(n: number, dim: number, seed: number): Float64Array {
  const stream = rng(seed);
  if (dim === 0) return stream.uniform(n * n);
  const [x, y] = [stream.uniform(n * dim), stream.uniform(n * dim)];
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n) * dim, (at % n) * dim];
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += (x[i + k]! - y[j + k]!) ** 2;
    return sum;
  });
}

async function compare({ name, dim, weighted }: Case, { threads, quick, say }: BenchOptions): Promise<Result> {
  const n = quick ? 200 : 2000;
  const cost = costs(n, dim, 7);
  const draw = (key: string) =>
    rng(8)
      .split(key)
      .uniform(n)
      .map((w) => (weighted ? w + 0.01 : 1));
  const [a, b] = [draw("a"), draw("b")];
  const run = async () => emd({ cost, rows: n, columns: n, xWeights: a, yWeights: b }, undefined, { normalize: true });
  const inputs = [
    { name: "cost", shape: [n, n], values: cost },
    { name: "a", shape: [n], values: a },
    { name: "b", shape: [n], values: b },
  ];
  const peer = await startPeer("exact_transport.py", inputs, { equal: !weighted }, threads, say);
  try {
    const { value, dualityGap } = await run();
    const variants = peer?.variants ?? [];
    const peers = variants.map((variant) => ({ ...peer!.contender(variant), label: variant }));
    const timed = await interleave(
      [ours("emd with potentials and gap", run), ...peers],
      { turns: quick ? 2 : 6, drop: 10 },
      say,
    );
    const notes = [
      `gap ${dualityGap.toExponential(1)}`,
      ...variants.map((variant) => {
        const other = peer!.value(variant)!;
        return `${variant}: value differs by ${(Math.abs(value - other) / other).toExponential(1)}`;
      }),
    ];
    return resultOf(name, timed, { goal: 1, notes });
  } finally {
    await peer?.close();
  }
}

export const exactTransport: Bench = {
  name: "wasserstein-exact",
  question: "exact transport, n = m = 2000, with plan, potentials and gap, against POT emd and SciPy's assignment",
  async run(options) {
    const results: Result[] = [];
    for (const one of cases) results.push(await compare(one, options));
    return results;
  },
};
