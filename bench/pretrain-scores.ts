/**
 * Judges pretrained models on archives that they have never seen, by the rule of research/pretrained/RULE.md.
 *
 *   MONGE_DATA=DIR node --import tsx --conditions=source bench/pretrain-scores.ts [--set SET] [--model FILE] [--only NAME,NAME]
 *   node --import tsx --conditions=source bench/pretrain-scores.ts --print [--set SET]
 *
 * A set is `development`, `judgement` or `left-out`. `--model NAME=FILE` says what the model is called in the record, and may be given
 * more than once. `--print` makes the tables of research/pretrained-results.md from the records. The archives
 * of the judgement are made by bench/pretrain/convert.py. A case that is recorded is not judged again.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { OptionsError } from "../engine/errors.ts";
import { loadDownscaler } from "../generative/model/index.ts";
import { aboutInput, baselineScores, type JudgedArchive, modelScores, readTiles } from "./pretrain/judge.ts";
import { judged, readRecord, recordOf } from "./pretrain/judged.ts";
import { leftOutRows, missedGoals, priceOfNotSeeing, scoreRows, scoreTable } from "./pretrain/print.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string", default: process.env["MONGE_DATA"] ?? "" },
    set: { type: "string", default: "development" },
    model: { type: "string", multiple: true, default: ["pretrained=pretrained"] },
    record: { type: "string" },
    only: { type: "string", default: "" },
    tiles: { type: "string", default: "32" },
    factors: { type: "string", default: "2,4,8,16" },
    members: { type: "string", default: "4" },
    evaluations: { type: "string" },
    from: { type: "string" },
    dry: { type: "string" },
    amplitudes: { type: "string", default: "" },
    print: { type: "boolean", default: false },
  },
});
const sets: Readonly<Record<string, readonly JudgedArchive[]>> = judged;
const archives = sets[args.set];
if (!archives) {
  throw new OptionsError(`--set is ${args.set}; expected ${Object.keys(sets).join(" or ")}`, "set", args.set);
}
const factors = args.factors.split(",").map(Number);
const record = args.record ?? recordOf(args.set as keyof typeof judged);
const recorded = readRecord(record);

if (args.print) process.stdout.write(`${printed()}\n`);
else await judge(archives);

function printed(): string {
  return args.set === "left-out"
    ? `${scoreTable(leftOutRows(recorded))}\n\n${missedGoals(recorded, [2, 4, 8], "left out")}\n${priceOfNotSeeing(recorded)}`
    : `${scoreTable(scoreRows(recorded))}\n\n${missedGoals(recorded, [2, 4, 8])}\n${missedGoals(recorded, [16])}`;
}

async function judge(archives: readonly JudgedArchive[]): Promise<void> {
  const models = await Promise.all(
    args.model.map(async (one) => {
      const [name, file] = one.includes("=") ? (one.split("=") as [string, string]) : (["pretrained", one] as const);
      return { name, model: await loadDownscaler(file) };
    }),
  );
  const draw = {
    members: Number(args.members),
    ...(args.evaluations !== undefined && { evaluations: Number(args.evaluations) }),
    ...(args.from !== undefined && { from: Number(args.from) }),
    ...(args.dry !== undefined && { dry: Number(args.dry) }),
    ...(args.amplitudes !== "" && { amplitudes: args.amplitudes.split(",").map(Number) }),
  };
  for (const archive of archives) {
    if (!args.only.split(",").some((name) => archive.name.includes(name))) continue;
    const tiles = await readTiles(args.data, archive, Number(args.tiles), factors);
    process.stderr.write(`${archive.name}: ${tiles.judged.length} tiles, ${tiles.others.length} to fit the cascade\n`);
    if (tiles.judged.length === 0) continue;
    for (const factor of factors) {
      const known = recorded[archive.name] ?? {};
      const { interval, spacing } = tiles;
      const about = { ...aboutInput(tiles, factor), interval, spacing: Number(spacing.toPrecision(4)) };
      const own = known[factor]?.methods ?? {};
      recorded[archive.name] = { ...known, [factor]: { about, methods: own } };
      if (own["bilinear"] === undefined) Object.assign(own, baselineScores(tiles, factor, draw.members));
      save();
      for (const { name, model } of models) {
        if (own[name] !== undefined) continue;
        own[name] = await modelScores(model, tiles, factor, draw);
        process.stderr.write(`${archive.name} x${factor} ${name} ${JSON.stringify(own[name])}\n`);
        save();
      }
    }
  }
  for (const { model } of models) await model.dispose();
}

function save(): void {
  writeFileSync(record, `${JSON.stringify(recorded, null, 1)}\n`);
}
