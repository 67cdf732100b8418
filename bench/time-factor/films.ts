/** Films of radar for models of hours refined to 5 minutes: their rainiest windows, and whole hours. */
import { foldSteps } from "../../generative/data/time-steps/fold.ts";
import { lazyField, openDataset } from "../../io/dataset/index.ts";
import { convertPrecipitation, type Field } from "../../io/field/index.ts";

/** Fine times of an hour. */
export const COUNT = 12;
/** Side of a window. */
export const WIDE = 256;

type Corner = readonly [y: number, x: number];

/** A film in mm/h, as means over the time to the next where values are those of moments. */
export async function filmOf(path: string): Promise<Field> {
  const data = await openDataset(path);
  const film = convertPrecipitation(await (await data.variable()).load(), "mm h-1");
  data.close();
  const field = film.with({ attributes: { ...film.attributes, cell_methods: "time: mean" } });
  const time = field.coordinate("time")!;
  if (time.bounds) return field;
  const step = time.values[1]! - time.values[0]!;
  const bounds = Float64Array.from({ length: 2 * time.values.length }, (_, i) => time.values[i >> 1]! + (i & 1) * step);
  return field.with({ coordinates: field.coordinates.map((c) => (c === time ? { ...c, bounds } : c)) });
}

/** Corners of windows without gaps at multiples of 32, the rainiest first, none overlapping another. */
export function rainiest(film: Field, most: number): readonly Corner[] {
  const [count, height, width] = film.shape as [number, number, number];
  const sums = new Float64Array(height * width);
  for (let i = 0; i < film.values.length; i++) sums[i % sums.length]! += film.values[i]! / count;
  const found: { readonly corner: Corner; readonly sum: number }[] = [];
  for (let y = 0; y + WIDE <= height; y += 32) {
    for (let x = 0; x + WIDE <= width; x += 32) {
      let sum = 0;
      for (let v = y; v < y + WIDE; v++) for (let u = x; u < x + WIDE; u++) sum += sums[v * width + u]!;
      if (!Number.isNaN(sum)) found.push({ corner: [y, x], sum });
    }
  }
  const taken: Corner[] = [];
  for (const { corner } of found.sort((a, b) => b.sum - a.sum)) {
    const [y, x] = corner;
    const free = taken.every(([v, u]) => Math.abs(y - v) >= WIDE || Math.abs(x - u) >= WIDE);
    if (taken.length < most && free) taken.push(corner);
  }
  return taken;
}

/** A window of a film. */
export const cut = (film: Field, [y, x]: Corner) => film.isel({ y: [y, y + WIDE], x: [x, x + WIDE] });

/** The first whole hours of a film, and their means. */
export async function wholeHours(film: Field, hours: number): Promise<{ readonly fine: Field; readonly means: Field }> {
  const { mean, windows } = foldSteps("truth", lazyField(film), COUNT);
  const whole = Array.from(windows.starts.keys()).filter((n) => windows.starts[n]! % 3_600_000 === 0);
  const picked = whole.slice(0, hours);
  const begin = windows.first[picked[0]!]!;
  return {
    fine: film.isel({ time: [begin, begin + COUNT * picked.length] }),
    means: joined(await mean.load(), picked),
  };
}

/** Some times of a field. */
function joined(field: Field, times: readonly number[]): Field {
  const parts = times.map((n) => field.isel({ time: [n, n + 1] }));
  const values = Float32Array.from(parts.flatMap((part) => Array.from(part.values)));
  const time = field.coordinate("time")!;
  const axis = {
    ...time,
    values: Float64Array.from(times, (n) => time.values[n]!),
    bounds: Float64Array.from(times.flatMap((n) => [time.bounds![2 * n]!, time.bounds![2 * n + 1]!])),
  };
  const shape = [times.length, ...field.shape.slice(1)];
  return field.with({ values, shape, coordinates: field.coordinates.map((c) => (c === time ? axis : c)) });
}
