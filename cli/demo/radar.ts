/** The first part of `monge demo`: an hour of radar rain, its block means refined by the model of the package, and scores. */
import { join } from "node:path";
import { baselineDownscaler } from "../../generative/baselines/index.ts";
import { downscale, pretrained } from "../../generative/index.ts";
import { packaged } from "../../generative/model/index.ts";
import { readField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { writeNetcdf } from "../../io/formats/index.ts";
import { coarsen } from "../../io/regrid/index.ts";
import { verify } from "../../verification/index.ts";
import { drawEnsemble } from "../pictures.ts";
import type { Interrupt } from "../shell/interrupt.ts";
import { startProgress } from "../shell/progress.ts";
import type { ScoreRow } from "../shell/score-table.ts";
import { say } from "../shell/terminal.ts";
import { version } from "../shell/version.ts";
import type { Plan } from "./run.ts";

/** Names of the files. */
export const radarFiles = {
  truth: "radar.nc",
  coarse: "radar-coarse.nc",
  ensemble: "radar-downscaled.nc",
  map: "radar.png",
} as const;
const FACTOR = 4;

/** Writes the files, and returns the scores of the model and of what needs no training. */
export async function refineRadar(plan: Plan, interrupt: Interrupt): Promise<readonly ScoreRow[]> {
  const { seed, members, evaluations, overwrite, out } = plan;
  const truth = await readField(packaged("rain.nc"));
  const coarse = coarsen(truth, FACTOR);
  say(`an hour of radar rain that the model never saw, 256 x 256 km (Deutscher Wetterdienst, 2014-08-10);`);
  say(`its means over 4 x 4 km are refined by the model of the package, ${members} members`);
  const fine = await refined(coarse, plan, interrupt);
  const history = `monge demo --seed ${seed} --members ${members} (monge ${version()})`;
  const write = (name: string, field: Field, title: string) =>
    writeNetcdf(join(out, name), field, {
      ...{ overwrite, history },
      attributes: { title, source: "Deutscher Wetterdienst, RADOLAN RW (GeoNutzV, CC BY 4.0)" },
    });
  await write(radarFiles.truth, truth, "An hour of radar rain");
  await write(radarFiles.coarse, coarse, "Its means over 4 x 4 km");
  await write(radarFiles.ensemble, fine, "An ensemble refined from radar-coarse.nc");
  const rainfarm = baselineDownscaler({ method: "rainfarm", factor: FACTOR });
  const bilinear = baselineDownscaler({ method: "bilinear", grid: truth });
  const row = async (method: string, field: Field): Promise<ScoreRow> => ({
    method,
    found: await verify(field, truth, { spectrum: true }),
  });
  await drawEnsemble(join(out, radarFiles.map), {
    ...{ coarse, fine, truth, overwrite },
    title: "Radar rain over Germany",
  });
  return [
    await row(`monge${evaluations === undefined ? "" : `, ${evaluations} evaluations`}`, fine),
    await row("bilinear", await downscale(bilinear, coarse)),
    await row("RainFARM", await downscale(rainfarm, coarse, { members, seed })),
  ];
}

async function refined(coarse: Field, plan: Plan, interrupt: Interrupt): Promise<Field> {
  const { members, seed, evaluations, threads } = plan;
  const model = await pretrained({ threads });
  const bar = startProgress("refining", 100, { unit: "%" });
  try {
    return await downscale(model, coarse, {
      ...{ members, seed, factor: FACTOR, signal: interrupt.signal },
      ...(evaluations !== undefined && { evaluations }),
      onNotice: say,
      onProgress: ({ done, total }) => bar.update(Math.round((100 * done) / total)),
    });
  } finally {
    bar.stop();
    await model.dispose();
  }
}
