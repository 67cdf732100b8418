/**
 * Judges the pretrained model on archives of the development, which it has never seen, by the rule of research/pretrained/RULE.md.
 *
 *   MONGE_DATA=DIR node --import tsx --conditions=source bench/pretrain-scores.ts [--model FILE] [--only NAME] [--tiles N]
 *   node --import tsx --conditions=source bench/pretrain-scores.ts --print
 *
 * `--print` makes the table of docs/reference/pretrained.md from the record.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadDownscaler } from "../generative/model/index.ts";
import { developmentRecord, readRecord } from "./pretrain/development.ts";
import { aboutInput, baselineScores, type JudgedArchive, modelScores, readTiles } from "./pretrain/judge.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string", default: process.env["MONGE_DATA"] ?? "" },
    model: { type: "string", default: "pretrained" },
    record: {
      type: "string",
      default: developmentRecord,
    },
    only: { type: "string", default: "" },
    tiles: { type: "string", default: "16" },
    members: { type: "string", default: "4" },
    evaluations: { type: "string", default: "8" },
    from: { type: "string" },
    dry: { type: "string" },
    name: { type: "string", default: "pretrained" },
    print: { type: "boolean", default: false },
  },
});

const whole = { weight: 1, times: [1], spaces: [1] };
const judged: readonly JudgedArchive[] = [
  { name: "bom", file: "radar/bom_brisbane_20201031.nc", interval: 600, frames: 144, judged: [96, 144], ...whole },
  { name: "opera", file: "radar/opera_odyssey_20180824.nc", interval: 900, frames: 24, judged: [16, 24], ...whole },
  { name: "mch-2015", file: "radar/mch_20150515.nc", interval: 300, frames: 40, judged: [20, 40], ...whole },
  { name: "mch-2016", file: "radar/mch_20160711.nc", interval: 300, frames: 40, judged: [20, 40], ...whole },
  { name: "prism", file: "radar/prism_daily_conus_3days.nc", interval: 86_400, frames: 3, judged: [2, 3], ...whole },
];
const factors = [2, 4, 8];

const recorded = readRecord(args.record);

if (args.print) print();
else await judge();

async function judge(): Promise<void> {
  const model = await loadDownscaler(args.model);
  const draw = {
    members: Number(args.members),
    evaluations: Number(args.evaluations),
    ...(args.from !== undefined && { from: Number(args.from) }),
    ...(args.dry !== undefined && { dry: Number(args.dry) }),
  };
  for (const archive of judged) {
    if (!archive.name.includes(args.only)) continue;
    const tiles = await readTiles(args.data, archive, Number(args.tiles), factors);
    for (const factor of factors) {
      const known = recorded[archive.name] ?? {};
      const { interval, spacing } = tiles;
      const about = { ...aboutInput(tiles, factor), interval, spacing: Number(spacing.toPrecision(4)) };
      const own = known[factor]?.methods ?? {};
      recorded[archive.name] = { ...known, [factor]: { about, methods: own } };
      if (own["bilinear"] === undefined) Object.assign(own, baselineScores(tiles, factor, draw.members));
      save();
      if (args.name === "") continue;
      const { scores, microseconds } = await modelScores(model, tiles, factor, draw);
      own[args.name] = { ...scores, microseconds };
      process.stderr.write(`${archive.name} x${factor} ${JSON.stringify(own)}\n`);
      save();
    }
  }
  await model.dispose();
}

function save(): void {
  writeFileSync(args.record, `${JSON.stringify(recorded, null, 1)}\n`);
}

function print(): void {
  const sign = (v: number, digits: number) => `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(digits)}`;
  const rows = Object.entries(recorded).flatMap(([archive, byFactor]) =>
    Object.entries(byFactor).flatMap(([factor, methods]) =>
      Object.entries(methods.methods).map(([method, { crps, spreadSkill, q999, ralsd, wet }]) => [
        `${archive} ×${factor}`,
        method,
        crps.toPrecision(3),
        spreadSkill === null ? "–" : spreadSkill.toFixed(2),
        `${sign(q999, 1)} %`,
        ralsd.toFixed(2),
        sign(wet, 1),
      ]),
    ),
  );
  const header = ["archive", "method", "fair CRPS mm/h", "spread/skill", "q99.9", "RALSD dB", "wet, points"];
  const lines = [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  process.stdout.write(`${lines.join("\n")}\n`);
}
