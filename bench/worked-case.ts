/**
 * A real coarse model refined by several ways, by research/worked-case/RULE.md. Writes a record, from which `npm run tables` makes the page.
 *
 *   node --import tsx --conditions=source bench/worked-case.ts --data DIR
 *
 * DIR holds arome_PRECIP_{NW,SE}_20180501000000.grib and arpege_PRECIP_{NW,SE}_20180501000000.grib of meteofrance/meteonet,
 * data_samples/weather_models (Etalab Open Licence 2.0).
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { quantile } from "../engine/numerics/quantile.ts";
import { baselineDownscaler } from "../generative/baselines/index.ts";
import { loadDownscaler } from "../generative/model/index.ts";
import { downscale } from "../generative/sampling/index.ts";
import { train } from "../generative/training/index.ts";
import { readField } from "../io/dataset/index.ts";
import { deaccumulate, type Field } from "../io/field/index.ts";
import { coarsen, regrid } from "../io/regrid/index.ts";
import { rapsd } from "../verification/scores/index.ts";
import { squareAreas, type TimeScoresValue, timeScores } from "../verification/series/index.ts";
import { verify } from "../verification/verify.ts";
import type { WorkedCase } from "./tables/worked-case.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string", default: "." },
    steps: { type: "string", default: "250" },
    record: { type: "string", default: "research/worked-case/scores.json" },
  },
});
const [FACTOR, WET, MEMBERS, SQUARE] = [4, 0.1, 8, 16];

/** Amounts of each hour. */
async function hourly(model: string, region: string): Promise<Field> {
  const since = await readField(join(args.data, `${model}_PRECIP_${region}_20180501000000.grib`));
  return deaccumulate(since, { start: "2018-05-01", tolerance: 0.5, clamp: true }).field;
}

/** Hours that judge. */
const judged = { time: [8, 16] } as const;

/** Both models of a region: the fine one cut to whole blocks of 8, the coarse one on blocks of 4 and on its own cells. */
async function pairOf(region: string) {
  const [fine, own] = [await hourly("arome", region), await hourly("arpege", region)];
  const [y, x] = fine.dims.slice(1) as [string, string];
  const whole = (dim: string) => fine.size(dim) - (fine.size(dim) % 16);
  const truth = fine.isel({ [y]: [0, whole(y)], [x]: [0, whole(x)] });
  const coarse = regrid(own, coarsen(truth, FACTOR), { method: "conservative" });
  return { own, truth, coarse };
}

/** Cells that a field resolves, by where its power leaves the line of larger scales. */
function resolvedCells(field: Field, side: number): number {
  const [y, x] = field.dims.slice(1) as [string, string];
  const part = field.isel({ [y]: [0, side], [x]: [0, side] });
  const cells = side * side;
  const maps = Array.from({ length: part.shape[0]! }, (_, t) => part.values.slice(t * cells, (t + 1) * cells));
  const rainy = maps.filter((map) => map.some((v) => v > WET));
  const power = rapsd(Float32Array.from(rainy.flatMap((map) => [...map])), side);
  const large = [...power.keys()].filter((i) => side / (i + 1) >= 8 && side / (i + 1) <= 32);
  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  const [lnK, lnP] = [large.map((i) => Math.log(i + 1)), large.map((i) => Math.log(power[i]!))];
  const [k, p] = [mean(lnK), mean(lnP)];
  const slope = mean(lnK.map((v, i) => (v - k) * (lnP[i]! - p))) / mean(lnK.map((v) => (v - k) ** 2));
  const lost = [...power.keys()].find(
    (i) => side / (i + 1) < 8 && power[i]! < Math.exp(p + slope * (Math.log(i + 1) - k)) / 4,
  );
  return lost === undefined ? 1 : side / (lost + 1) / 2;
}

/** One map from the wet values of one sample to those of another, as often wet. */
function quantileMap(from: Field, to: Field): (field: Field) => Field {
  const [a, b] = [from, to].map(({ values }) => Float64Array.from(values).sort()) as [Float64Array, Float64Array];
  const dry = b.filter((v) => v < WET).length / b.length;
  const levels = Array.from({ length: 101 }, (_, i) => dry + ((1 - dry) * i) / 100);
  const [xs, ys] = [levels.map((q) => quantile(a, q)), levels.map((q) => quantile(b, q))] as [number[], number[]];
  const mapped = (v: number) => {
    if (v < xs[0]! || v <= 0) return 0;
    const at = xs.findIndex((x) => x >= v);
    if (at < 0) return (v * ys.at(-1)!) / xs.at(-1)!;
    if (at === 0) return ys[0]!;
    const share = xs[at]! === xs[at - 1]! ? 1 : (v - xs[at - 1]!) / (xs[at]! - xs[at - 1]!);
    return ys[at - 1]! + share * (ys[at]! - ys[at - 1]!);
  };
  return (field) => field.with({ values: field.values.map(mapped) });
}

const [nw, whole] = [await pairOf("NW"), await pairOf("SE")];
const se = { truth: whole.truth.isel(judged), coarse: whole.coarse.isel(judged) };
const resolved = resolvedCells(nw.own, 56);
const log = (text: string) => process.stderr.write(`${text}\n`);
log(`ARPEGE resolves ${resolved.toFixed(2)} of its cells${resolved >= 1.5 ? ": it is averaged over 2 x 2 first" : ""}`);
const correct = quantileMap(nw.coarse, coarsen(nw.truth, FACTOR));
const corrected = correct(se.coarse);
const rows: WorkedCase["rows"][number][] = [];

async function score(way: string, forecast: Field): Promise<void> {
  const [height, width] = se.truth.shape.slice(1) as [number, number];
  const areas = [squareAreas("squares", [height, width], [SQUARE, SQUARE])];
  const options = {
    scores: [timeScores({ areas })],
    quantiles: [0.999],
    spectrum: true,
    fssWindows: [1],
    wetThreshold: WET,
  } as const;
  const { scores } = await verify(forecast, se.truth, options);
  const { sums } = scores["time"] as unknown as TimeScoresValue;
  const short = (v: number) => Number(v.toPrecision(4));
  const { crps, spreadSkill, quantiles, wetFractionBias, ralsd } = scores;
  const row = {
    ...{ way, crps: short(crps), spreadSkill: spreadSkill === null ? null : short(spreadSkill) },
    ...{ q999: short(100 * quantiles[0]!.pooledBias), wet: short(100 * wetFractionBias!), ralsd: short(ralsd!) },
    squares: short(sums.find(({ of }) => of === "squares")!.crps),
  };
  rows.push(row);
  log(JSON.stringify(row));
  writeFileSync(args.record, `${JSON.stringify({ resolved, rows } satisfies WorkedCase, null, 1)}\n`);
}

const draw = { members: MEMBERS, seed: 0 };
const inputs = [
  ["raw", se.coarse],
  ["corrected", corrected],
] as const;
for (const [kind, coarse] of inputs) {
  await score(
    `interpolation, ${kind}`,
    await downscale(baselineDownscaler({ method: "bilinear", grid: se.truth }), coarse),
  );
  await score(
    `RainFARM, ${kind}`,
    await downscale(baselineDownscaler({ method: "rainfarm", factor: FACTOR, fine: nw.truth }), coarse, draw),
  );
}
const model = await loadDownscaler("pretrained");
for (const [kind, coarse] of inputs)
  await score(`package's model, ${kind}`, await downscale(model, coarse, { ...draw, factor: FACTOR }));
if (resolved >= 1.5)
  await score(
    "package's model, corrected, from resolved cells",
    await downscale(model, coarsen(corrected, 2), { ...draw, factor: 2 * FACTOR }),
  );
await model.dispose();
const { downscaler } = await train(
  { fine: nw.truth, coarse: nw.coarse },
  { ...{ seed: 1, steps: Number(args.steps), network: { baseChannels: 16 }, tile: 64, threads: 1, interval: 3600 } },
);
if (downscaler === undefined) throw new Error("the training diverged");
await score("model of pairs, raw", await downscale(downscaler, se.coarse, { ...draw, grid: se.truth }));
await downscaler.dispose();
