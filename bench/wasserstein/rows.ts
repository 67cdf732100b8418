/** Exact transport between two laws and on grids, and barycenters, each against its fastest peer. */
import { rng } from "../../engine/random/rng.ts";
import { emd } from "../../wasserstein/exact/emd.ts";
import { barycenter1d } from "../../wasserstein/line/barycenter1d.ts";
import { type Bench, type BenchOptions, interleave, ours, type Result, resultOf } from "../measure.ts";
import { type SharedTensor, startPeer } from "../peer.ts";

/** One row: what both sides get, and ours with the number by which both know that they agree. */
interface Row {
  readonly name: string;
  /** In peers/transport_rows.py. */
  readonly peer: string;
  readonly goal: number;
  readonly inputs: readonly SharedTensor[];
  run(): number;
}

const stream = rng(11);
const squares = (x: Float64Array, y: Float64Array, dim: number): Float64Array => {
  const [n, m] = [x.length / dim, y.length / dim];
  const cost = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      for (let c = 0; c < dim; c++) cost[i * m + j]! += (x[i * dim + c]! - y[j * dim + c]!) ** 2;
    }
  }
  return cost;
};

function exact(name: string, x: Float64Array, y: Float64Array, a: Float64Array, b: Float64Array): Row {
  const [rows, columns] = [a.length, b.length];
  const cost = squares(x, y, x.length / rows);
  const inputs = [
    { name: "cost", shape: [rows, columns], values: cost },
    { name: "a", shape: [rows], values: a },
    { name: "b", shape: [columns], values: b },
  ];
  const run = () => emd({ cost, rows, columns, xWeights: a, yWeights: b }, undefined, { normalize: true }).value;
  return { name, peer: "emd", goal: 1, inputs, run };
}

/** Two bells of weights on one square grid of about n cells. */
function onGrid(n: number): Row {
  const side = Math.round(Math.sqrt(n));
  const place = (k: number) => [Math.floor(k / side) / side, (k % side) / side] as const;
  const points = Float64Array.from({ length: 2 * side * side }, (_, k) => place(k >> 1)[k % 2]!);
  const bell = (u: number, v: number, s: number, key: string) => {
    const noise = stream.split(key).uniform(side * side);
    return noise.map((r, k) => {
      const [p, q] = place(k);
      return Math.exp(-((p - u) ** 2 + (q - v) ** 2) / (2 * s * s)) * (0.2 + r) + 1e-4;
    });
  };
  return exact(`emd-grid-${side}x${side}`, points, points, bell(0.3, 0.3, 0.1, "i"), bell(0.7, 0.6, 0.15, "j"));
}

function exactRows(n: number): Row[] {
  const draw = stream.split(`${n}`);
  const weights = (key: string) => {
    return draw
      .split(key)
      .uniform(n)
      .map((w) => w + 0.01);
  };
  const even = new Float64Array(n).fill(1);
  const [normal, uniform] = [draw.split("x").normal(2 * n), draw.split("y").uniform(2 * n)];
  const moved = draw
    .split("z")
    .normal(2 * n)
    .map((v) => 0.5 * v + 3);
  return [
    exact(`emd-two-laws-${n}`, normal, uniform, even, even),
    exact(`emd-two-laws-weighted-${n}`, normal, uniform, weights("a"), weights("b")),
    exact(`emd-shifted-${n}`, normal, moved, weights("c"), weights("d")),
    onGrid(n),
  ];
}

function otherRows(quick: boolean): Row[] {
  const [samples, n] = [20, quick ? 1000 : 10_000];
  const values = stream.split("samples").normal(samples * n);
  const lists = Array.from({ length: samples }, (_, k) => values.subarray(k * n, (k + 1) * n));
  return [
    {
      name: "barycenter1d",
      peer: "barycenter1d",
      goal: 0.5,
      inputs: [{ name: "samples", shape: [samples, n], values }],
      run: () => (barycenter1d(lists).points as Float64Array).reduce((s, v) => s + v * v, 0) / n,
    },
  ];
}

async function compare(row: Row, { threads, quick, say }: BenchOptions): Promise<Result> {
  const peer = await startPeer("transport_rows.py", row.inputs, { row: row.peer }, threads, say);
  try {
    let value = 0;
    const run = async () => {
      value = row.run();
    };
    const peers = (peer?.variants ?? []).map((v) => ({ ...peer!.contender(v), label: v }));
    const timed = await interleave([ours("monge", run), ...peers], { turns: quick ? 2 : 10, settle: 1, drop: 10 }, say);
    const notes = (peer?.variants ?? []).map((v) => {
      const other = peer!.value(v)!;
      return `value ${value.toPrecision(8)}, ${v} differs by ${(Math.abs(value - other) / Math.abs(other)).toExponential(1)}`;
    });
    return resultOf(row.name, timed, { goal: row.goal, notes });
  } finally {
    await peer?.close();
  }
}

export const transportRows: Bench = {
  name: "wasserstein-rows",
  question: "emd between two laws and on grids, barycenters, each against POT or NumPy",
  async run(options) {
    const rows = [...otherRows(options.quick), ...(options.quick ? [300] : [1000, 2000]).flatMap(exactRows)];
    const results: Result[] = [];
    for (const row of rows) results.push(await compare(row, options));
    return results;
  },
};
