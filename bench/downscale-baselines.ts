/**
 * Baselines on real pairs over Iberia, winters: fitted to 1996, judged after. Prints a table.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/downscale-baselines.ts [ncep,cordex,cmip5] [bilinear,qm,qdm,rainfarm]`
 */
import { join } from "node:path";
import { quantile } from "../engine/numerics/quantile.ts";
import { type BaselineMethod, baselineDownscaler } from "../generative/baselines/index.ts";
import { downscale } from "../generative/sampling/downscale.ts";
import { type LazyField, openDataset, selectTimes } from "../io/dataset/index.ts";
import type { Field } from "../io/field/index.ts";

const folder = process.env["MONGE_DATA"];
const [inputs = "ncep,cordex,cmip5", methods = "bilinear,qm,qdm,rainfarm"] = process.argv.slice(2);
const threshold = 0.1;

async function open(name: string): Promise<LazyField> {
  if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with pairs/ in it");
  return (await openDataset(join(folder, "pairs", `${name}_iberia_pr.nc`))).variable("pr");
}

const before = (field: LazyField) => selectTimes(field, { dates: [null, "1996"] });
const after = (field: LazyField) => selectTimes(field, { dates: ["1997", null] });

/** Fair CRPS (of one member, the absolute error). */
function crps(members: readonly number[], truth: number): number {
  const m = members.length;
  const apart = members.reduce((sum, a) => sum + members.reduce((s, b) => s + Math.abs(a - b), 0), 0);
  const error = members.reduce((sum, v) => sum + Math.abs(v - truth), 0) / m;
  return error - (m > 1 ? apart / (2 * m * (m - 1)) : 0);
}

/** Means over all values that both have; biases relative to the truth, that of the 99th percentile as a mean over pixels. */
function scores(fine: Field, truth: Field) {
  const members = fine.size("realization");
  const [times, rows, columns] = truth.shape as [number, number, number];
  const plane = rows * columns;
  const sum = { mae: 0, crps: 0, count: 0, wet: 0, wetTruth: 0 };
  const q99: number[] = [];
  for (let pixel = 0; pixel < plane; pixel++) {
    const [drawn, there]: [number[], number[]] = [[], []];
    for (let t = 0; t < times; t++) {
      const value = truth.values[t * plane + pixel]!;
      const one = Array.from({ length: members }, (_, m) => fine.values[(t * members + m) * plane + pixel]!);
      if (Number.isNaN(value) || one.some(Number.isNaN)) continue;
      drawn.push(...one);
      there.push(value);
      sum.count++;
      sum.mae += Math.abs(one.reduce((a, b) => a + b, 0) / members - value);
      sum.crps += crps(one, value);
      sum.wet += one.filter((v) => v >= threshold).length / members;
      if (value >= threshold) sum.wetTruth++;
    }
    if (there.length > 0) q99.push(quantile(drawn, 0.99) / quantile(there, 0.99) - 1);
  }
  const percent = (v: number) => `${v >= 0 ? "+" : "−"}${Math.abs(100 * v).toFixed(1)} %`;
  return {
    MAE: (sum.mae / sum.count).toFixed(3),
    CRPS: (sum.crps / sum.count).toFixed(3),
    "q99 bias": percent(q99.reduce((a, b) => a + b, 0) / q99.length),
    "wet-day bias": percent(sum.wet / sum.wetTruth - 1),
    values: sum.count,
  };
}

const observed = await open("eobs");
const truth = await after(observed).load();
const rows: Record<string, unknown>[] = [];
for (const input of inputs.split(",")) {
  const model = await open(input);
  for (const method of methods.split(",") as BaselineMethod[]) {
    const began = performance.now();
    const laws = method === "qm" || method === "qdm" ? { coarse: before(model) } : {};
    const baseline = baselineDownscaler({ method, fine: before(observed), ...laws });
    const fine = await downscale(baseline, after(model));
    const seconds = ((performance.now() - began) / 1e3).toFixed(1);
    rows.push({ input, method, ...scores(fine, truth), seconds });
  }
}
console.table(rows);
