/** The archives that the pretrained model learns from, each with a licence that allows to ship what was learned. */

import { join } from "node:path";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { placeOf, rainOf } from "../../generative/data/read-rain.ts";
import { kilometresOf } from "../../generative/model/spacing.ts";
import { openFields } from "../../io/dataset/index.ts";

/** Frames of a file, in order. */
export interface Archive {
  readonly name: string;
  readonly file: string;
  readonly variable?: string;
  /** Sums since the first time, of which differences are taken. @defaultValue false */
  readonly accumulated?: true;
  /** How many there are. */
  readonly frames: number;
  /** Seconds that a value stands for. */
  readonly interval: number;
  /** How often it is drawn from. */
  readonly weight: number;
  /** Frames that are averaged. */
  readonly times: readonly number[];
  /** Fine cells along a side that are averaged. */
  readonly spaces: readonly number[];
}

export const archives: readonly Archive[] = [
  {
    name: "fmi-2016",
    frames: 40,
    file: "radar/fmi_20160928.nc",
    interval: 300,
    weight: 1.3,
    times: [1, 3, 12],
    spaces: [1, 2, 4, 8],
  },
  {
    name: "fmi-2017",
    frames: 40,
    file: "radar/fmi_20170509.nc",
    interval: 300,
    weight: 1.3,
    times: [1, 3, 12],
    spaces: [1, 2, 4, 8],
  },
  {
    name: "knmi",
    frames: 92,
    file: "radar/knmi_20100826.nc",
    interval: 300,
    weight: 1.3,
    times: [1, 3, 12, 36],
    spaces: [1, 2, 4],
  },
  {
    name: "radolan",
    frames: 5,
    file: "radar/radolan_sf_5days.nc",
    interval: 86_400,
    weight: 1.3,
    times: [1],
    spaces: [1, 2, 4, 8],
  },
  {
    name: "mrms",
    frames: 12,
    file: "radar/mrms_conus_20190610.nc",
    interval: 360,
    weight: 1.6,
    times: [1, 10],
    spaces: [1, 2, 4, 8, 16],
  },
  {
    name: "meteonet",
    frames: 45,
    file: "radar/meteonet_rain_nw_201608.nc",
    interval: 300,
    weight: 0.4,
    times: [1],
    spaces: [1, 2],
  },
  {
    name: "stageiv",
    frames: 23,
    file: "radar/stageiv_xyt.nc",
    variable: "Total_precipitation_surface_1_Hour_Accumulation",
    interval: 3600,
    weight: 0.6,
    times: [1, 3, 6, 23],
    spaces: [1],
  },
  {
    name: "arome",
    frames: 24,
    file: "pairs/arome_tp_nw_20180501.nc",
    accumulated: true,
    interval: 3600,
    weight: 0.9,
    times: [1, 3, 6, 24],
    spaces: [1, 2],
  },
];

/** One map of rain rates, mm/h; missing is NaN. */
export interface Frame extends ShapedArray {
  readonly values: Float32Array;
  /** Side of a cell, km. */
  readonly spacing: number;
}

/** The frames of an archive, one after the other. */
export async function* framesOf(folder: string, archive: Archive): AsyncGenerator<Frame> {
  const { file, variable, interval, accumulated } = archive;
  const opened = await openFields(variable === undefined ? join(folder, file) : `${join(folder, file)}:${variable}`);
  const rain = rainOf(opened.fields[0]!, { apart: undefined, interval: [interval], index: 0, bytes: 64e6 });
  let before: Float32Array | undefined;
  try {
    for (const piece of rain.pieces) {
      const field = await piece.load();
      const { grid } = placeOf(field, interval);
      const spacing = grid && kilometresOf(grid);
      if (spacing === undefined) throw new RangeError(`${file}: its cells have no size`);
      const [height, width] = field.shape.slice(-2) as [number, number];
      for (let n = 0; n < piece.frames; n++) {
        const read = Float32Array.from(field.values.subarray(n * height * width, (n + 1) * height * width));
        const values = accumulated && before ? read.map((v, i) => Math.max(v - before![i]!, 0)) : read;
        before = read;
        yield { values, shape: [height, width], spacing };
      }
    }
  } finally {
    opened.close();
  }
}
