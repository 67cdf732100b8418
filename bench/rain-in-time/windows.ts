/** The rainiest windows of the rainiest hours of archives with times that follow each other. */
import { join } from "node:path";
import { openDataset } from "../../io/dataset/index.ts";
import { convertPrecipitation, type Field, instantsOf } from "../../io/field/index.ts";
import { coarsen } from "../../io/regrid/index.ts";

/** Cells along a side of a window. */
export const SIDE = 72;
const [WINDOWS, HOUR] = [4, 3600];
/** Cells that are averaged before, and their width in kilometres then. */
export const archives = {
  bom: { file: "bom_brisbane_20201031", blocks: 2, km: 1, seen: false, seconds: 600 },
  opera: { file: "opera_odyssey_20180824", blocks: 1, km: 2, seen: false, seconds: 900 },
  "mch-2015": { file: "mch_20150515", blocks: 1, km: 1, seen: false, seconds: 300 },
  "mch-2016": { file: "mch_20160711", blocks: 1, km: 1, seen: false, seconds: 300 },
  "fmi-2017": { file: "fmi_20170509", blocks: 1, km: 1, seen: true, seconds: 300 },
  knmi: { file: "knmi_20100826", blocks: 1, km: 1, seen: true, seconds: 300 },
};

const sumOf = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + (b || 0), 0);

/** The rainiest windows of the rainiest two hours. */
export async function windowsOf(folder: string, { file, blocks, seconds }: (typeof archives)["bom"]): Promise<Field[]> {
  const data = await openDataset(join(folder, "radar", `${file}.nc`));
  const all = await data.variable();
  const times = (2 * HOUR) / seconds;
  let [most, film] = [-1, undefined as Field | undefined];
  for (let first = 0; first + times <= all.shape[0]!; first += times / 2) {
    const part = await all.isel({ time: [first, first + times] }).load();
    const stamps = instantsOf(part.coordinate("time")!);
    const sum = stamps.at(-1)! - stamps[0]! === (times - 1) * seconds * 1000 ? sumOf(part.values) : -1;
    if (sum > most) [most, film] = [sum, part];
  }
  data.close();
  const even = convertPrecipitation(film!, "mm h-1", { interval: seconds });
  const map = blocks === 1 ? even : coarsen(even, blocks);
  const [y, x] = map.dims.slice(1) as [string, string];
  const found: { readonly sum: number; readonly window: Field }[] = [];
  for (let row = 0; row + SIDE <= map.size(y); row += SIDE)
    for (let column = 0; column + SIDE <= map.size(x); column += SIDE) {
      const window = map.isel({ [y]: [row, row + SIDE], [x]: [column, column + SIDE] });
      if (!Array.from(window.values).some(Number.isNaN)) found.push({ sum: sumOf(window.values), window });
    }
  return found
    .toSorted((a, b) => b.sum - a.sum)
    .slice(0, WINDOWS)
    .map(({ window }) => window);
}
