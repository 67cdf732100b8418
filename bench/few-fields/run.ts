/**
 * The package's model tuned on a few fields of archives that it has not seen, with and without a Wasserstein term, by the rule of
 * research/wasserstein-term/RULE-few-fields.md. A line of JSON for each training; those that are recorded are not run again.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/few-fields/run.ts [--minutes 60]`
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { distributionTerm } from "../../examples/papers/distribution-terms.ts";
import type { Downscaler, LossTerm } from "../../generative/index.ts";
import { pretrained } from "../../generative/model/index.ts";
import { evenly } from "../../generative/model/texture.ts";
import { train } from "../../generative/training/train.ts";
import { openDataset } from "../../io/dataset/index.ts";
import { type JudgedArchive, type JudgedTiles, modelScores, readTiles } from "../pretrain/judge.ts";
import { recordedLines } from "../recorded-lines.ts";
import { controlOf, type FewFieldsRow, ranking } from "./rows.ts";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    record: { type: "string", default: "research/wasserstein-term/few-fields.jsonl" },
  },
});
const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ and rain/ in it");

const [FACTOR, STEPS, BATCH, MEMBERS, TILES] = [4, 60, 16, 4, 16];

interface Archive extends JudgedArchive {
  readonly role: FewFieldsRow["role"];
  /** How many first frames there are to learn from. */
  readonly learned: number;
}
const archive = (role: Archive["role"], file: string, interval: number, learned: number, judged: [number, number]) => {
  const name = file.replace(/^.*\//, "").replace(".nc", "");
  return { ...{ role, name, file, interval, learned, judged }, frames: judged[1], weight: 1, times: [1], spaces: [1] };
};
const archives: readonly Archive[] = [
  archive("weight", "radar/mch_20150515.nc", 300, 20, [24, 40]),
  archive("weight", "rain/radolan_rw_hours_2014-2019.nc", 3600, 3, [3, 5]),
  archive("judgment", "radar/mch_20160711.nc", 300, 20, [24, 40]),
  archive("judgment", "radar/bom_brisbane_20201031.nc", 600, 90, [96, 144]),
  archive("judgment", "radar/opera_odyssey_20180824.nc", 900, 16, [18, 24]),
  archive("judgment", "rain/radolan_ry_20210823.nc", 300, 5, [8, 12]),
  archive("judgment", "rain/rdrs_canada_20180808.nc", 3600, 24, [28, 48]),
];

const share = (kind: "batch-sliced" | "batch-paired", weight: number): readonly [string, LossTerm] => [
  `${kind} ${weight}`,
  distributionTerm(kind, { weight, gate: null, mixed: true }),
];
const candidates: readonly (readonly [string, LossTerm])[] = [
  ...[0.2, 0.5].map((weight) => share("batch-sliced", weight)),
  ...[2, 8].map((weight) => [`pooled ${weight}`, distributionTerm("pooled", { weight })] as const),
];
/** The candidates, and the controls without sorting. */
const terms = new Map<string, LossTerm | null>([
  ["none", null],
  ...candidates,
  ...[0.2, 0.5].map((weight) => share("batch-paired", weight)),
]);

let rows = recordedLines<FewFieldsRow>(options.record);
const seconds = () => process.cpuUsage().user / 1e6;
const known = new Map<string, JudgedTiles>();

/** One training and its scores, unless recorded or beyond the budget. */
async function record(one: Archive, fields: number, seed: number, arm: string): Promise<void> {
  const { name, role, file, interval, learned } = one;
  if (rows.some((r) => r.archive === name && r.fields === fields && r.seed === seed && r.arm === arm)) return;
  const spent = rows.reduce((sum, row) => sum + row.seconds, 0) / 60;
  if (spent > Number(options.minutes)) throw new Error(`${spent.toFixed(1)} processor minutes are spent`);
  const before = seconds();
  const tiles = known.get(name) ?? (await readTiles(folder!, one, TILES, [FACTOR]));
  known.set(name, tiles);
  const data = await openDataset(join(folder!, file));
  const all = await data.variable(data.dataVariables[0]);
  const events = await Promise.all(evenly(learned, fields).map((n) => all.isel({ time: [n, n + 1] }).load()));
  let model: Downscaler;
  if (arm === "shipped") model = await pretrained();
  else {
    const recipe = { start: "pretrained", factor: FACTOR, steps: STEPS, batch: BATCH, threads: 1 };
    const { downscaler } = await train(events, { ...recipe, seed, interval, term: terms.get(arm)! });
    if (downscaler === undefined) throw new Error(`${name}, ${arm}, seed ${seed}: the training diverged`);
    model = downscaler;
  }
  data.close();
  const { crps, spreadSkill, q999, ralsd, wet } = await modelScores(model, tiles, FACTOR, {
    members: MEMBERS,
    evaluations: 5,
  });
  await model.dispose();
  const row = {
    archive: name,
    role,
    fields,
    seed,
    arm,
    ...{ crps, spreadSkill, q999, ralsd, wet },
    seconds: Math.round(10 * (seconds() - before)) / 10,
  };
  appendFileSync(options.record, `${JSON.stringify(row)}\n`);
  rows = [...rows, row];
  console.log(JSON.stringify(row));
}

const of = (role: Archive["role"]) => archives.filter((one) => one.role === role);
for (const seed of [1, 2, 3])
  for (const one of of("weight"))
    for (const arm of ["none", ...candidates.map(([name]) => name)])
      await record(one, Math.min(5, one.learned), seed, arm);
const [chosen] = ranking(rows)[0]!;
console.log(`chosen: ${chosen}`, ranking(rows));
for (const one of of("judgment")) await record(one, 0, 0, "shipped");
for (const fields of [5, 16])
  for (const seed of [1, 2, 3])
    for (const one of of("judgment").filter(({ learned }) => learned >= fields))
      for (const arm of ["none", chosen]) await record(one, fields, seed, arm);
for (const seed of [1, 2, 3]) for (const one of of("judgment")) await record(one, 5, seed, controlOf(chosen));
