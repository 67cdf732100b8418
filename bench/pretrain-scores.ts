/**
 * Judges the pretrained model on archives that it has never seen, by the rule of research/pretrained/RULE.md.
 *
 *   MONGE_DATA=DIR node --import tsx --conditions=source bench/pretrain-scores.ts [--set judgement] [--model FILE] [--only NAME]
 *   node --import tsx --conditions=source bench/pretrain-scores.ts --print [--set judgement]
 *
 * `--print` makes the tables of docs/how-to/pretrained.md from the records. The archives of the judgement are made by
 * bench/pretrain/convert.py. A case that is recorded is not judged again.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { OptionsError } from "../engine/errors.ts";
import { loadDownscaler } from "../generative/model/index.ts";
import { aboutInput, baselineScores, type JudgedArchive, modelScores, readTiles } from "./pretrain/judge.ts";
import { judged, readRecord, recordOf } from "./pretrain/judged.ts";
import { missedGoals, scoreTable } from "./pretrain/print.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string", default: process.env["MONGE_DATA"] ?? "" },
    set: { type: "string", default: "development" },
    model: { type: "string", default: "pretrained" },
    record: { type: "string" },
    only: { type: "string", default: "" },
    tiles: { type: "string", default: "32" },
    factors: { type: "string", default: "2,4,8,16" },
    members: { type: "string", default: "4" },
    evaluations: { type: "string" },
    from: { type: "string" },
    dry: { type: "string" },
    /** Of the method in the record; empty: baselines alone. */
    name: { type: "string", default: "pretrained" },
    print: { type: "boolean", default: false },
  },
});
if (args.set !== "development" && args.set !== "judgement") {
  throw new OptionsError(`--set is ${args.set}; expected development or judgement`, "set", args.set);
}
const factors = args.factors.split(",").map(Number);
const record = args.record ?? recordOf(args.set);
const recorded = readRecord(record);

if (args.print)
  process.stdout.write(
    `${scoreTable(recorded)}\n\n${missedGoals(recorded, [2, 4, 8])}\n${missedGoals(recorded, [16])}\n`,
  );
else await judge(judged[args.set]);

async function judge(archives: readonly JudgedArchive[]): Promise<void> {
  const model = await loadDownscaler(args.model);
  const draw = {
    members: Number(args.members),
    ...(args.evaluations !== undefined && { evaluations: Number(args.evaluations) }),
    ...(args.from !== undefined && { from: Number(args.from) }),
    ...(args.dry !== undefined && { dry: Number(args.dry) }),
  };
  for (const archive of archives) {
    if (!archive.name.includes(args.only)) continue;
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
      if (args.name === "" || own[args.name] !== undefined) continue;
      const { scores, ...how } = await modelScores(model, tiles, factor, draw);
      own[args.name] = { ...scores, ...how };
      process.stderr.write(`${archive.name} x${factor} ${JSON.stringify(own)}\n`);
      save();
    }
  }
  await model.dispose();
}

function save(): void {
  writeFileSync(record, `${JSON.stringify(recorded, null, 1)}\n`);
}
