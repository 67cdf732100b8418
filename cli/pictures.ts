/** Maps of an ensemble beside what it came from. */
import { boundsIntervals, type Field, timeAxis } from "../io/field/index.ts";
import { mapAxes } from "../pages/map-axes.ts";
import { rainScale } from "../report/color-scale.ts";
import { type MapPanel, mapFigure } from "../report/map-figure.ts";
import { writePicture } from "../report/write-picture.ts";
import { timesOf } from "./time-axis.ts";

export interface EnsemblePicture {
  /** Rates in mm/h on the coarse grid; the first frame is drawn. */
  readonly coarse: Field;
  /** mm/h on (…, realization, y, x); the first frame is drawn. */
  readonly fine: Field;
  /** Rates in mm/h on the fine grid, perhaps with some rows or columns more. */
  readonly truth?: Field;
  readonly title?: string;
  /** True to replace an existing file. @defaultValue true */
  readonly overwrite?: boolean;
}

/** Largest coarse rate, mm/h, below which values without time bounds are taken as daily: drizzle would be white in mm/h. */
const SLOW = 2;

/** True if rates in mm/h are drawn in mm/day: values over half a day or longer; without bounds of time, slow ones. */
export function drawnDaily(coarse: Field): boolean {
  if (timeAxis(coarse)?.bounds) return boundsIntervals(coarse)[0]! >= 43200;
  let largest = 0;
  for (const v of coarse.values.subarray(0, coarse.size(coarse.dims.at(-2)!) * coarse.size(coarse.dims.at(-1)!))) {
    if (v > largest) largest = v;
  }
  return largest < SLOW;
}

/** Models of two data sets take their input interpolated to the fine grid, methods have its cells there. */
const inputTitle = (isFine: boolean) => (isFine ? "input on the fine grid" : "coarse input");

/** Draws the coarse field, up to three members, the ensemble mean, and the truth where it is known. */
export async function drawEnsemble(
  path: string,
  { coarse, fine, truth, title, overwrite = true }: EnsemblePicture,
): Promise<void> {
  const [members, height, width] = fine.shape.slice(-3) as [number, number, number];
  const [rows, columns] = coarse.shape.slice(-2) as [number, number];
  const first = coarse.values.subarray(0, rows * columns);
  const daily = drawnDaily(coarse);
  const factor = daily ? 24 : 1;
  const panel = (name: string, values: ArrayLike<number>, h: number, w: number): MapPanel => ({
    title: name,
    values: Float64Array.from(values, (v) => v * factor),
    height: h,
    width: w,
  });
  const size = height * width;
  const member = (m: number) => fine.values.subarray(m * size, (m + 1) * size);
  const mean = Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let m = 0; m < members; m++) sum += fine.values[m * size + i]!;
    return sum / members;
  });
  const shown = Math.min(members, 3);
  const panels = [
    panel(inputTitle(rows === height && columns === width), first, rows, columns),
    ...Array.from({ length: shown }, (_, m) => panel(`member ${m}`, member(m), height, width)),
    ...(members > 1 ? [panel(`mean of ${members} members`, mean, height, width)] : []),
    ...(truth ? [panel("truth", corner(truth, height, width), height, width)] : []),
  ];
  const time = timesOf(coarse)[0];
  const svg = mapFigure({
    panels,
    scale: daily ? rainScale({ first: 0.5 }) : rainScale(),
    units: daily ? "mm/day" : "mm/h",
    title: [title ?? "Precipitation", time?.replace("T", " ").replace(/ 00:00:00$/, "")].filter(Boolean).join(", "),
    ...mapAxes(fine),
  });
  await writePicture(path, svg, { scale: 1.5, overwrite });
}

/** The first `height` x `width` cells of a field's first frame. */
function corner(field: Field, height: number, width: number): Float64Array {
  const columns = field.shape.at(-1)!;
  return Float64Array.from(
    { length: height * width },
    (_, i) => field.values[Math.floor(i / width) * columns + (i % width)]!,
  );
}
