/**
 * Pictures of the experiment: members beside the truth, from the models that `run.ts --models` kept, and spectra and ranks from
 * the files of results.
 *
 *   node --import tsx examples/wasserstein-term/pictures.ts --models DIR --out DIR [--data DIR] [--results DIR] [--seed 0]
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMongeError, OptionsError } from "../../engine/errors.ts";
import { tilesOf } from "../../generative/data/index.ts";
import { Downscaler } from "../../generative/model/index.ts";
import { type Curve, curveFigure, type MapPanel, mapFigure, rainScale, writePicture } from "../../report/index.ts";
import { type CellResult, coarsened, drawMembers } from "./cell.ts";
import { readEvaluation } from "./data.ts";
import { type Cell, developmentSets, fileOf } from "./design.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string" },
    models: { type: "string" },
    out: { type: "string" },
    results: { type: "string", default: fileURLToPath(new URL("../../research/wasserstein-term", import.meta.url)) },
    seed: { type: "string", default: "0" },
  },
});

const arms = [
  { name: "diffusion", generator: "edm", term: "none" },
  { name: "one evaluation", generator: "one-step", term: "none" },
  { name: "with sorted patches", generator: "one-step", term: "sliced" },
  { name: "with 32 directions", generator: "one-step", term: "sliced-32" },
  { name: "with the control", generator: "one-step", term: "control" },
] as const;
const cellOf = (set: string, { generator, term }: (typeof arms)[number]): Cell => ({
  ...{ size: "long", set, ratio: 4, seed: Number(args.seed) },
  ...{ generator, term },
});
const MEMBERS = 2;

async function draw(out: string, models: string, data: string, set: string): Promise<void> {
  const known = arms.filter((arm) => existsSync(join(args.results, fileOf(cellOf(set, arm)))));
  const results = await Promise.all(
    known.map(async (arm) => {
      const { evaluated } = JSON.parse(
        await readFile(join(args.results, fileOf(cellOf(set, arm))), "utf8"),
      ) as CellResult;
      return { name: arm.name, ...evaluated[set]! };
    }),
  );
  const curve = (name: string, y: readonly number[], first: number): Curve => ({
    name,
    x: y.map((_, k) => k + first),
    y,
  });
  const spectra = results.map(({ name, spectrum }) => curve(name, spectrum, 1));
  const ranks = results.map(({ name, ranks: shares }) =>
    curve(
      name,
      shares.map((share) => share * shares.length),
      0,
    ),
  );
  const line = (title: string, y: number, length: number, first: number): Curve => ({
    ...curve(title, new Array<number>(length).fill(y), first),
    dashed: true,
  });
  const spectrum = await curveFigure({
    title: `${set}: power of ln(1 + R) relative to the truth`,
    curves: [...spectra, line("truth", 0, spectra[0]!.x.length, 1)],
    x: { name: "wavenumber on 64 pixels" },
    y: { name: "dB" },
  });
  const rank = await curveFigure({
    title: `${set}: ranks of the truth among ${results[0]!.members} members`,
    curves: [...ranks, line("calibrated", 1, ranks[0]!.x.length, 0)],
    x: { name: "rank" },
    y: { name: "share times number of ranks" },
  });
  await writePicture(join(out, `generators-${set}-spectra.png`), spectrum);
  await writePicture(join(out, `generators-${set}-ranks.png`), rank);

  const { evaluated, wetThreshold, scale, frames } = await readEvaluation(data, set);
  const pixels = evaluated.size ** 2;
  const wettest = Array.from({ length: evaluated.count }, (_, i) => i).reduce((best, i) =>
    total(evaluated.values, i, pixels) > total(evaluated.values, best, pixels) ? i : best,
  );
  const one = {
    wetThreshold,
    scale,
    evaluated: tilesOf(
      evaluated.values.slice(wettest * pixels, (wettest + 1) * pixels),
      evaluated.size,
      evaluated.events,
    ),
  };
  const square = (title: string, values: Float32Array, side: number): MapPanel => ({
    title,
    values,
    height: side,
    width: side,
  });
  const side = evaluated.size / 4;
  const panels = [
    square(`truth, frame ${frames[wettest]!}`, one.evaluated.values, evaluated.size),
    square("its block means", Float32Array.from(coarsened(one.evaluated, 4).values), side),
  ];
  for (const arm of known) {
    const cell = cellOf(set, arm);
    const model = await Downscaler.load(join(models, fileOf(cell).replace(/json$/, "safetensors")));
    const { values } = await drawMembers(model, one, { cell, members: MEMBERS });
    await model.dispose();
    for (let m = 0; m < MEMBERS; m++)
      panels.push(
        square(
          `${arm.name}, ${m + 1}`,
          Float32Array.from(values.subarray(m * pixels, (m + 1) * pixels)),
          evaluated.size,
        ),
      );
  }
  const figure = mapFigure({ panels, scale: rainScale(), units: "mm/h", columns: 6, panelSize: 192 });
  await writePicture(join(out, `generators-${set}-members.png`), figure);
}

const total = (values: Float32Array, tile: number, pixels: number): number =>
  values.subarray(tile * pixels, (tile + 1) * pixels).reduce((a, b) => a + b, 0);

async function main(): Promise<void> {
  const { out, models } = args;
  const corpora = process.env["MONGE_DATA"];
  const data = args.data ?? (corpora && join(corpora, "radar"));
  if (!out || !models || !data)
    throw new OptionsError("pictures: give --models and --out, and --data or MONGE_DATA", "out");
  for (const set of developmentSets) await draw(out, models, data, set);
}

await main().catch((error: unknown) => {
  if (!isMongeError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
