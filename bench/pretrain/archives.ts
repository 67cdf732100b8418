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
  /** Archives of one provider are left out together. @defaultValue it is not learned from */
  readonly provider?: Provider;
  /** Frames that are left out, as the archive numbers them. @defaultValue none */
  readonly without?: readonly number[];
}

export type Provider = "FMI" | "KNMI" | "DWD" | "NOAA" | "Meteo-France" | "Met Office" | "ECCC" | "gridded gauges";

const HOUR = 3600;
const DAY = 86_400;
/** Rates at a moment have the texture of sums over 5 minutes. */
const MOMENT = 300;

/** Of version 3. */
export const firstArchives: readonly Archive[] = [
  {
    name: "fmi-2016",
    provider: "FMI",
    frames: 40,
    file: "radar/fmi_20160928.nc",
    interval: 300,
    weight: 1.3,
    times: [1, 3, 12],
    spaces: [1, 2, 4, 8],
  },
  {
    name: "fmi-2017",
    provider: "FMI",
    frames: 40,
    file: "radar/fmi_20170509.nc",
    interval: 300,
    weight: 1.3,
    times: [1, 3, 12],
    spaces: [1, 2, 4, 8],
  },
  {
    name: "knmi",
    provider: "KNMI",
    frames: 92,
    file: "radar/knmi_20100826.nc",
    interval: 300,
    weight: 1.3,
    times: [1, 3, 12, 36],
    spaces: [1, 2, 4],
  },
  {
    name: "radolan",
    provider: "DWD",
    frames: 5,
    file: "radar/radolan_sf_5days.nc",
    interval: 86_400,
    weight: 1.3,
    times: [1],
    spaces: [1, 2, 4, 8],
  },
  {
    name: "mrms",
    provider: "NOAA",
    frames: 12,
    file: "radar/mrms_conus_20190610.nc",
    interval: 360,
    weight: 1.6,
    times: [1, 10],
    spaces: [1, 2, 4, 8, 16],
  },
  {
    name: "meteonet",
    provider: "Meteo-France",
    frames: 45,
    file: "radar/meteonet_rain_nw_201608.nc",
    interval: 300,
    weight: 0.4,
    times: [1],
    spaces: [1, 2],
  },
  {
    name: "stageiv",
    provider: "NOAA",
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
    provider: "Meteo-France",
    frames: 24,
    file: "pairs/arome_tp_nw_20180501.nc",
    accumulated: true,
    interval: 3600,
    weight: 0.9,
    times: [1, 3, 6, 24],
    spaces: [1, 2],
  },
];

/**
 * Added in version 4, by research/rain-calibration/RULE.md: what is doubtful as fine truth is drawn less often.
 * RADOLAN of 2014-08-10 is left out, an hour of which is the demonstration's.
 */
export const addedArchives: readonly Archive[] = [
  added("DWD", "radolan_rw_hours_2014-2019", 5, HOUR, 0.8, [1], [1, 2, 4], [1]),
  added("DWD", "radolan_ry_20210823", 12, 300, 0.9, [1, 3, 12], [1, 2, 4]),
  added("DWD", "radolan_yw_20170816", 12, 300, 0.3, [1, 3], [1, 2]),
  added("DWD", "radolan_rw_20181122", 24, HOUR, 0.1, [1], [1]),
  added("DWD", "radklim_rw_20171231", 1, HOUR, 0.3, [1], [1, 2]),
  added("DWD", "radolan_sf_20160501", 1, DAY, 0.4, [1], [1, 2, 4]),
  added("KNMI", "knmi_20210622", 1, MOMENT, 0.3, [1], [1, 2]),
  added("NOAA", "mrms_rala_20230406", 1, MOMENT, 0.9, [1], [1, 2, 4, 8]),
  added("NOAA", "mrms_qpe01h_conus_20220809", 1, HOUR, 0.9, [1], [1, 2, 4]),
  added("NOAA", "mrms_qpe01h_alaska_20220809", 1, HOUR, 0.2, [1], [1]),
  added("NOAA", "stage4_01h_20220810", 1, HOUR, 0.3, [1], [1]),
  added("NOAA", "stage4_06h_20020301", 1, 6 * HOUR, 0.2, [1], [1]),
  added("NOAA", "stage4_06h_20220807", 1, 6 * HOUR, 0.4, [1], [1]),
  added("NOAA", "hrrr_01h_20201214", 1, HOUR, 0.7, [1], [1, 2]),
  added("NOAA", "hrrr_12h_20201214", 1, 12 * HOUR, 0.5, [1], [1, 2]),
  added("Met Office", "ukradar_20181103", 3, MOMENT, 0.6, [1], [1]),
  ...["m03", "m04", "m05"].map((m) => added("Met Office", `mogreps_uk_20251201_${m}`, 2, MOMENT, 0.25, [1], [1])),
  ...["m29", "m30", "m31"].map((m) =>
    added("Met Office", `mogreps_uk_scotland_20260211_${m}`, 1, MOMENT, 0.25, [1], [1]),
  ),
  added("ECCC", "rdrs_canada_20180808", 48, HOUR, 0.5, [1, 3, 6, 24], [1]),
  added("ECCC", "rdpa_24h_20231218", 1, DAY, 0.4, [1], [1]),
  added("gridded gauges", "chirps_zambia_2016", 28, DAY, 0.2, [1], [1]),
  added("gridded gauges", "gridmet_oregon_2000", 366, DAY, 0.2, [1], [1]),
];

/** All that the package's model learns from. */
export const archives: readonly Archive[] = [...firstArchives, ...addedArchives];

/** @param name - of an archive */
export const providerOf = (name: string): Provider | undefined => archives.find((one) => one.name === name)!.provider;

function added(
  provider: Provider,
  name: string,
  frames: number,
  interval: number,
  weight: number,
  times: readonly number[],
  spaces: readonly number[],
  without: readonly number[] = [],
): Archive {
  return { provider, name, file: `rain/${name}.nc`, frames, interval, weight, times, spaces, without };
}

/** One map of rain rates, mm/h; missing is NaN. */
export interface Frame extends ShapedArray {
  readonly values: Float32Array;
  /** Side of a cell, km. */
  readonly spacing: number;
}

/** The frames of an archive, one after the other. */
export async function* framesOf(folder: string, archive: Archive): AsyncGenerator<Frame> {
  const { file, variable, interval, accumulated, without = [] } = archive;
  const opened = await openFields(variable === undefined ? join(folder, file) : `${join(folder, file)}:${variable}`);
  const rain = rainOf(opened.fields[0]!, { apart: undefined, interval: [interval], index: 0, bytes: 64e6 });
  let before: Float32Array | undefined;
  let number = 0;
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
        if (without.includes(number++)) continue;
        yield { values, shape: [height, width], spacing };
      }
    }
  } finally {
    opened.close();
  }
}
