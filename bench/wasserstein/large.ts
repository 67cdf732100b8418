/** Two clouds of 10⁵ points: the bracket by way of a grid against low-rank and factored couplings. One run of each: they are long. */
import { rng } from "../../engine/random/rng.ts";
import { binnedTransport } from "../../wasserstein/grid/index.ts";
import { type Bench, type BenchOptions, now, type Result, resultOf, type Timing } from "../measure.ts";
import { startPeer } from "../peer.ts";

/** Normal points in the plane, of scale 1 about 0 and of scales 1.5 and 0.5 about (1, 0): W₂² between the laws is 1.5. */
function clouds(count: number): readonly [Float64Array, Float64Array] {
  const x = rng(1).normal(2 * count);
  const y = rng(2).normal(2 * count);
  return [x, y.map((v, k) => (k % 2 === 0 ? 1 + 1.5 * v : 0.5 * v))];
}

const megabytes = (): string => `${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most so far`;

async function run({ threads, quick, say }: BenchOptions): Promise<Result[]> {
  const count = quick ? 2000 : 100_000;
  const [x, y] = clouds(count);
  const cloud = (points: Float64Array) => ({ points, count, dim: 2 });
  const timings: Timing[] = [];
  const notes: string[] = [];
  const told = (side: "ours" | "peer", label: string, ms: number, what: string) => {
    timings.push({ label, side, min: ms, median: ms, count: 1 });
    notes.push(`${label}: ${(ms / 1000).toFixed(1)} s, ${what}`);
  };
  for (const cells of [128, 256]) {
    const start = now();
    const r = binnedTransport(cloud(x), cloud(y), { cells, tolerance: 1e-3 });
    const used = now() - start;
    const [low, high] = r.bounds.map((v) => v.toFixed(4));
    const what = `exact W₂² in [${low}, ${high}], plan ${r.value.toFixed(4)}, converged ${r.converged}, ${megabytes()}`;
    told("ours", `binnedTransport, ${r.shape.join(" × ")} cells`, used, what);
  }
  const inputs = [
    { name: "x", shape: [count, 2], values: x },
    { name: "y", shape: [count, 2], values: y },
  ];
  const peer = await startPeer("large_clouds.py", inputs, {}, threads, say);
  for (const variant of peer?.variants ?? []) {
    const [ms] = await peer!.contender(variant).time(0, 1);
    const value = peer!.value(variant)!;
    if (value >= 0) told("peer", `POT ${variant}`, ms!, `cost of its plan ${value.toFixed(4)}`);
    else notes.push(`POT ${variant}: ${(ms! / 1000).toFixed(1)} s, without a plan of these marginals`);
  }
  await peer?.close();
  return [resultOf(`clouds-${count}`, { timings, notes: [] }, { notes })];
}

export const largeClouds: Bench = {
  name: "wasserstein-large",
  question:
    "two clouds of 10⁵ points in the plane: time, memory and what is known of W₂², against POT's low-rank couplings",
  run,
};
