/** The sets of the experiment: tiles to learn from, and tiles to evaluate on. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import { cutTiles, cutTilesAt, type RainFrames, type StackedTiles, tilesOf } from "../../generative/data/index.ts";
import { convertPrecipitation, readField } from "../../io/index.ts";
import places from "../radar-tiles.json" with { type: "json" };

/** Part of a file. */
interface Part {
  readonly file: string;
  /** @defaultValue "pr" */
  readonly variable?: string;
  /** Seconds of accumulation, where the file holds sums. */
  readonly interval?: number;
  /** First frame and one past the last. @defaultValue all */
  readonly frames?: readonly [number, number];
  /** First column and one past the last. @defaultValue all */
  readonly columns?: readonly [number, number];
}

interface SetOf {
  /** @defaultValue nothing: the set is for evaluation alone */
  readonly learned?: Part;
  readonly evaluated: Part;
  /** Most tiles to learn from. @defaultValue 2500 */
  readonly limit?: number;
  /** mm/h. @defaultValue 0.1 */
  readonly wetThreshold?: number;
  /** Times a rate in mm/h it is in the units that the set is evaluated in. @defaultValue 1 */
  readonly scale?: number;
}

const DAY = 86_400;
const daily = (file: string, learned: readonly [number, number], evaluated: readonly [number, number]): SetOf => ({
  learned: { file, interval: DAY, frames: learned },
  evaluated: { file, interval: DAY, frames: evaluated },
  wetThreshold: 1 / 24,
  scale: 24,
});
const sameDay = (
  part: Omit<Part, "frames">,
  learned: readonly [number, number],
  evaluated: readonly [number, number],
): SetOf => ({ learned: { ...part, frames: learned }, evaluated: { ...part, frames: evaluated } });

const sets: Readonly<Record<string, SetOf>> = {
  fmi: { learned: { file: "fmi_20160928.nc" }, evaluated: { file: "fmi_20170509.nc" } },
  mch: { learned: { file: "mch_20150515.nc" }, evaluated: { file: "mch_20160711.nc" } },
  knmi: sameDay({ file: "knmi_20100826.nc", interval: 300 }, [0, 36], [60, 92]),
  bom: sameDay({ file: "bom_brisbane_20201031.nc", interval: 600 }, [0, 72], [96, 144]),
  opera: sameDay({ file: "opera_odyssey_20180824.nc" }, [0, 10], [16, 24]),
  mrms: {
    learned: { file: "mrms_conus_20190610.nc", columns: [0, 3200] },
    evaluated: { file: "mrms_conus_20190610.nc", columns: [3840, 7000] },
  },
  // 2013-05-27, 2013-05-28, 2014-06-10 against 2014-08-10, 2018-05-30.
  radolan: daily("radolan_sf_5days.nc", [0, 3], [3, 5]),
  // 1981-01-01, 1991-01-01 against 2011-01-01.
  prism: daily("prism_daily_conus_3days.nc", [0, 2], [2, 3]),
  // Nothing of these is learned from: nearly dry five minutes sums of 0.01°, and hourly sums of 4 km.
  meteonet: { evaluated: { file: "meteonet_rain_nw_201608.nc", interval: 300 } },
  stageiv: {
    evaluated: { file: "stageiv_xyt.nc", variable: "Total_precipitation_surface_1_Hour_Accumulation", interval: 3600 },
  },
  quick: { learned: { file: "fmi_20160928_cut.nc" }, evaluated: { file: "fmi_20170509_cut.nc" }, limit: 100 },
};

/** Tiles to learn from and to evaluate on. */
export interface ExperimentSet {
  readonly name: string;
  readonly learned: StackedTiles;
  readonly evaluated: StackedTiles;
  /** Of each tile for evaluation, for what is near in time. */
  readonly frames: readonly number[];
  readonly wetThreshold: number;
  readonly scale: number;
}

/** Number of tiles of a set for evaluation. */
const EVALUATED = 32;

/** @throws OptionsError where the folder lacks a file of the set */
export function checkFiles(folder: string, names: readonly string[]): void {
  const files = names.flatMap((name) => [sets[name]!.learned?.file ?? [], sets[name]!.evaluated.file]).flat();
  const missing = [...new Set(files)].filter((file) => !existsSync(join(folder, file)));
  if (missing.length === 0) return;
  const wayOut = "give --data DIR, or set MONGE_DATA to a folder with radar/ in it, or give --quick for a small trial";
  throw new OptionsError(`wasserstein-term: ${folder} has no ${missing.join(", ")}; ${wayOut}`, "data", folder);
}

/** Reads a set; of the same folder the same tiles. */
export async function readSet(folder: string, name: string): Promise<ExperimentSet> {
  const archive = await readLearned(folder, [name]);
  return { name, learned: archive, ...(await readEvaluation(folder, name)) };
}

/** The tiles to learn from of one set or of several of the same wet threshold, an event each. */
export function readLearned(folder: string, names: readonly string[]): Promise<StackedTiles> {
  async function* events(): AsyncGenerator<RainFrames> {
    for (const name of names) {
      const { learned, limit = 2500 } = sets[name]!;
      if (learned === undefined) throw new RangeError(`readLearned: ${name} is for evaluation alone`);
      yield { ...(await readPart(folder, learned)), limit };
    }
  }
  const { wetThreshold = 0.1 } = sets[names[0]!]!;
  return cutTiles(events, rng(1), { wetThreshold });
}

/** The tiles of a set for evaluation. */
export async function readEvaluation(folder: string, name: string): Promise<Omit<ExperimentSet, "name" | "learned">> {
  const { evaluated, wetThreshold = 0.1, scale = 1 } = sets[name]!;
  const frames = await readPart(folder, evaluated);
  const listed: readonly (readonly number[])[] | undefined = (places as Record<string, number[][]>)[evaluated.file];
  const tiles = listed
    ? cutTilesAt(
        frames,
        [...listed]
          .sort((a, b) => a[0]! - b[0]!)
          .map(([frame, row, column]) => ({ frame: frame!, row: row!, column: column! })),
        { wetThreshold },
      )
    : inTime(await cutTiles([{ ...frames, limit: EVALUATED }], rng(2), { wetThreshold }));
  return { evaluated: tiles, frames: tiles.events[0]!.places.map(({ frame }) => frame), wetThreshold, scale };
}

/** The same tiles, the earliest first. */
function inTime(archive: StackedTiles): StackedTiles {
  const event = archive.events[0]!;
  const order = event.places.map((_, i) => i).sort((a, b) => event.places[a]!.frame - event.places[b]!.frame);
  const pixels = archive.size ** 2;
  const values = new Float32Array(archive.values.length);
  for (const [to, from] of order.entries())
    values.set(archive.values.subarray(from * pixels, (from + 1) * pixels), to * pixels);
  return tilesOf(values, archive.size, [{ ...event, places: order.map((i) => event.places[i]!) }]);
}

/** Rates of a part of a file, mm/h. */
async function readPart(folder: string, part: Part): Promise<RainFrames> {
  const { file, variable = "pr", interval, frames, columns } = part;
  const read = await readField(join(folder, file), { variable });
  const field = convertPrecipitation(read, "mm h-1", interval ? { interval } : {});
  const [time, height, width] = field.shape as [number, number, number];
  const [begin, end] = frames ?? [0, time];
  const [left, right] = columns ?? [0, width];
  const values = new Float32Array((end - begin) * height * (right - left));
  for (let line = 0; line < (end - begin) * height; line++) {
    const start = (begin * height + line) * width;
    values.set(field.values.subarray(start + left, start + right), line * (right - left));
  }
  return { name: file, values, shape: [end - begin, height, right - left] };
}
