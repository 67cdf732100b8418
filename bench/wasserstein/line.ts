/** W₁ and W₂ between a million samples each, against SciPy and POT; and the radix sort against sorts by comparison. */

import { argsort, sortedValues } from "../../engine/numerics/radix-sort.ts";
import { rng } from "../../engine/random/rng.ts";
import { lineGradient, wasserstein1d } from "../../wasserstein/line/wasserstein1d.ts";
import { type Bench, type BenchOptions, inProcessPeer, interleave, ours, type Result, resultOf } from "../measure.ts";
import { type SharedTensor, startPeer } from "../peer.ts";

interface Case {
  readonly name: string;
  readonly type: "float32" | "float64";
  readonly p: number;
  readonly weighted: boolean;
  readonly goal?: number;
}

const cases: readonly Case[] = [
  { name: "w1-float32", type: "float32", p: 1, weighted: false, goal: 2 },
  { name: "w1-float64", type: "float64", p: 1, weighted: false, goal: 2 },
  { name: "w1-weighted", type: "float64", p: 1, weighted: true, goal: 2 },
  { name: "w2-weighted", type: "float64", p: 2, weighted: true, goal: 2 },
];

async function distance({ name, type, p, weighted, goal }: Case, options: BenchOptions): Promise<Result[]> {
  const { threads, quick, say } = options;
  const n = quick ? 20_000 : 1_000_000;
  const stream = rng(1).split(name);
  const draw = (key: string, shift: number) => {
    const values = stream
      .split(key)
      .normal(n)
      .map((v) => v + shift);
    return type === "float32" ? new Float32Array(values) : values;
  };
  const [x, y] = [draw("x", 0), draw("y", 0.3)];
  const [a, b] = [stream.split("a").uniform(n), stream.split("b").uniform(n)];
  const side = (values: typeof x, weights: Float64Array) => (weighted ? { values, weights } : values);
  const run = async () => wasserstein1d(side(x, a), side(y, b), { p, normalize: true }).value;
  const inputs: SharedTensor[] = Object.entries({ x, y, ...(weighted && { a, b }) }).map(([key, values]) => {
    return { name: key, shape: [n], values };
  });
  const peer = await startPeer("wasserstein_line.py", inputs, { p }, threads, say);
  try {
    const value = await run();
    const peers = (peer?.variants ?? []).map((variant) => ({ ...peer!.contender(variant), label: variant }));
    const timed = await interleave([ours("monge", run), ...peers], { turns: quick ? 2 : 10, settle: 1, drop: 10 }, say);
    const notes = (peer?.variants ?? []).map((variant) => {
      const other = peer!.value(variant)!;
      return `value ${value.toPrecision(8)}, ${variant} differs by ${(Math.abs(value - other) / other).toExponential(1)}`;
    });
    return [resultOf(name, timed, { ...(goal !== undefined && { goal }), notes })];
  } finally {
    await peer?.close();
  }
}

async function sorts({ quick, say }: BenchOptions): Promise<Result[]> {
  const n = quick ? 20_000 : 1_000_000;
  const wide = rng(2).normal(n);
  const narrow = new Float32Array(wide);
  const turns = { turns: quick ? 2 : 5, drop: 100 };
  const pairs = [
    {
      name: "sort-float32",
      mine: () => sortedValues(narrow),
      theirs: () => narrow.slice().sort(),
      label: "Float32Array.sort",
    },
    {
      name: "sort-float64",
      mine: () => sortedValues(wide),
      theirs: () => wide.slice().sort(),
      label: "Float64Array.sort",
    },
    {
      name: "argsort-float32",
      mine: () => argsort(narrow),
      theirs: () => Uint32Array.from(narrow.keys()).sort((i, j) => narrow[i]! - narrow[j]!),
      label: "indices by comparison",
    },
  ];
  const results: Result[] = [];
  for (const { name, mine, theirs, label } of pairs) {
    const contenders = [ours("radix", async () => mine()), inProcessPeer(label, async () => theirs())];
    results.push(resultOf(name, await interleave(contenders, turns, say)));
  }
  return results;
}

async function gradient({ quick, say }: BenchOptions): Promise<Result[]> {
  const n = quick ? 20_000 : 1_000_000;
  const [x, y] = [new Float32Array(rng(3).normal(n)), new Float32Array(rng(4).normal(n))];
  const run = async () => lineGradient(x, y);
  return [
    resultOf("w1-gradient", await interleave([ours("value and all gradients", run)], { turns: quick ? 2 : 5 }, say)),
  ];
}

export const wassersteinLine: Bench = {
  name: "wasserstein-line",
  question: "W1 and W2 of a million samples against SciPy and POT; radix sort against comparisons",
  async run(options) {
    const results: Result[] = [];
    for (const one of cases) results.push(...(await distance(one, options)));
    return [...results, ...(await gradient(options)), ...(await sorts(options))];
  },
};
