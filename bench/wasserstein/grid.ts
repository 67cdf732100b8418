/** Transport between fields on a grid against a NumPy loop of matrix products along the axes, at one ε and tolerance. */
import { rng } from "../../engine/random/rng.ts";
import { type GridMass, gridTransport } from "../../wasserstein/grid/index.ts";
import { sinkhorn } from "../../wasserstein/sinkhorn/sinkhorn.ts";
import { type Bench, type BenchOptions, interleave, ours, type Result, resultOf } from "../measure.ts";
import { startPeer } from "../peer.ts";

const [epsilon, tolerance] = [0.005, 1e-6];

/** Eight cells of rain in the unit square, dry below a threshold, of sum one. */
function rain(seed: number, n: number): GridMass & { readonly values: Float64Array } {
  const draw = rng(seed).split("rain").uniform(new Float64Array(32));
  const values = Float64Array.from({ length: n * n }, (_, i) => {
    let depth = 0;
    for (let k = 0; k < 32; k += 4) {
      const [u, v] = [Math.floor(i / n) / n - 0.1 - 0.8 * draw[k]!, (i % n) / n - 0.1 - 0.8 * draw[k + 1]!];
      depth += draw[k + 2]! * Math.exp(-(u * u + v * v) / (2 * (0.02 + 0.06 * draw[k + 3]!) ** 2));
    }
    return depth < 0.05 ? 0 : depth;
  });
  const total = values.reduce((s, v) => s + v, 0);
  return { values: values.map((v) => v / total), shape: [n, n] };
}

/** `sinkhorn` between all cells. */
function points(a: GridMass, b: GridMass, n: number) {
  const places = Float64Array.from(
    { length: 2 * n * n },
    (_, k) => (k % 2 === 0 ? Math.floor(k / 2 / n) : (k >> 1) % n) / n,
  );
  const cloud = (weights: ArrayLike<number>) => ({ points: places, count: n * n, dim: 2, weights });
  return sinkhorn(cloud(a.values), cloud(b.values), { epsilon, tolerance });
}

async function run({ threads, quick, say }: BenchOptions): Promise<Result[]> {
  const results: Result[] = [];
  for (const n of quick ? [32] : [64, 128, 512]) {
    const [a, b] = [rain(1, n), rain(2, n)];
    const inputs = [
      { name: "a", shape: [n, n], values: a.values },
      { name: "b", shape: [n, n], values: b.values },
    ];
    const peer = await startPeer("grid_sinkhorn.py", inputs, { epsilon, tolerance }, threads, say);
    try {
      let last: ReturnType<typeof gridTransport> | undefined;
      const grid = async () => {
        last = gridTransport(a, b, { spacing: 1 / n, epsilon, tolerance });
      };
      const mine = [
        ours("gridTransport", grid),
        ...(n <= 64 ? [ours("sinkhorn, all cells", async () => points(a, b, n))] : []),
      ];
      const theirs = (peer?.variants ?? []).map((v) => ({ ...peer!.contender(v), label: `NumPy ${v}` }));
      const timed = await interleave([...mine, ...theirs], { turns: quick ? 1 : n < 512 ? 10 : 3, drop: 100 }, say);
      const { iterations, coarseIterations, converged, linearCost } = last!;
      const notes = [`${iterations} passes and ${coarseIterations} on coarser grids, converged ${converged}`];
      for (const v of peer?.variants ?? []) {
        const difference = Math.abs(peer!.value(v)! - linearCost) / linearCost;
        notes.push(`cost ${linearCost.toPrecision(8)}, NumPy ${v} differs by ${difference.toExponential(1)}`);
      }
      results.push(resultOf(`grid-${n}`, timed, { goal: 1 / 1.2, notes }));
    } finally {
      await peer?.close();
    }
  }
  return results;
}

export const gridSpeed: Bench = {
  name: "wasserstein-grid",
  question: "two fields of rain, 64² to 512² cells, against NumPy's products along the axes",
  run,
};
