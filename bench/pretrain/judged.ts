/** Archives that judge the pretrained model, and the records of its scores. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { addedArchives, firstArchives } from "./archives.ts";
import type { aboutInput, JudgedArchive, MethodScores, ModelScores } from "./judge.ts";

const whole = { weight: 1, times: [1], spaces: [1] } as const;
const accumulated = { interval: 3600, accumulated: true } as const;

/**
 * Of the development, which choices were made on, of the judgement at the end, and those of the training, each of which a training without its provider is
 * judged on: the second half of their frames.
 */
export const judged = {
  development: [
    { name: "bom", file: "radar/bom_brisbane_20201031.nc", interval: 600, frames: 144, judged: [96, 144], ...whole },
    { name: "opera", file: "radar/opera_odyssey_20180824.nc", interval: 900, frames: 24, judged: [16, 24], ...whole },
    { name: "mch-2015", file: "radar/mch_20150515.nc", interval: 300, frames: 40, judged: [20, 40], ...whole },
    { name: "mch-2016", file: "radar/mch_20160711.nc", interval: 300, frames: 40, judged: [20, 40], ...whole },
    { name: "prism", file: "radar/prism_daily_conus_3days.nc", interval: 86_400, frames: 3, judged: [2, 3], ...whole },
  ],
  judgement: [
    { name: "rmi", file: "rmi.nc", interval: 300, frames: 39, judged: [19, 39], ...whole },
    { name: "mch-2017", file: "mch-2017.nc", interval: 300, frames: 40, judged: [20, 40], ...whole },
    { name: "melbourne", file: "melbourne.nc", interval: 360, frames: 61, judged: [30, 61], ...whole },
    { name: "opera-2024", file: "opera-2024.nc", interval: 900, frames: 5, judged: [2, 5], ...whole },
    { name: "meteonet-se", file: "meteonet-se.nc", interval: 300, frames: 45, judged: [22, 1000], ...whole },
    { name: "arome-se", file: "arome-se.grib", frames: 24, judged: [12, 24], ...whole, ...accumulated },
  ],
  rain: rainArchives(),
  "left-out": firstArchives.map((one) => ({
    ...one,
    ...whole,
    judged: [Math.ceil(one.frames / 2), one.frames] as const,
  })),
} as const satisfies Record<string, readonly JudgedArchive[]>;

/** Archives of research/rain-calibration/RULE.md, none of which version 3 has seen: the second half of their frames. */
function rainArchives(): readonly (JudgedArchive & { readonly learned: boolean })[] {
  const hour = 3600;
  const apart = [
    { name: "bom", file: "radar/bom_brisbane_20201031.nc", interval: 600, frames: 144 },
    { name: "opera", file: "radar/opera_odyssey_20180824.nc", interval: 900, frames: 24 },
    { name: "mch-2015", file: "radar/mch_20150515.nc", interval: 300, frames: 40 },
    { name: "mch-2016", file: "radar/mch_20160711.nc", interval: 300, frames: 40 },
    { name: "prism-3", file: "radar/prism_daily_conus_3days.nc", interval: 24 * hour, frames: 3 },
    { name: "tamsat", file: "rain/tamsat_africa_20170101.nc", interval: 24 * hour, frames: 1 },
    { name: "ry-2014", file: "rain/radolan_ry_20140810.nc", interval: 300, frames: 1, provider: "DWD" as const },
    { name: "sh-2014", file: "rain/radolan_sh_20140810.nc", interval: 12 * hour, frames: 1, provider: "DWD" as const },
  ];
  const members = ["_m03", "_m05", "_m29", "_m31"];
  const added = addedArchives.filter(({ name }) => !members.some((end) => name.endsWith(end)));
  return [...apart.map((one) => ({ ...one, learned: false })), ...added.map((one) => ({ ...one, learned: true }))].map(
    (one) => ({
      ...one,
      ...whole,
      judged: [Math.floor(one.frames / 2), one.frames] as const,
    }),
  );
}

/** Record of a set. */
export const recordOf = (set: keyof typeof judged): string =>
  fileURLToPath(
    new URL(
      set === "rain" ? "../../research/rain-calibration/scores.json" : `../../research/pretrained/${set}.json`,
      import.meta.url,
    ),
  );

/** One case: what its input is like, and scores by method. */
export interface Case {
  readonly about: ReturnType<typeof aboutInput> & { readonly interval: number; readonly spacing: number };
  readonly methods: Record<string, MethodScores & Partial<ModelScores>>;
}

/** By archive and factor. */
export type Recorded = Record<string, Record<string, Case>>;

export const readRecord = (path: string): Recorded => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {});
