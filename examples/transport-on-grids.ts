/**
 * Two radar fields an hour apart: where the rain went, and their mean in place and amount against the mean of their values.
 *
 *   node --import tsx --conditions=source examples/transport-on-grids.ts [--data FILE] [--out docs/images]
 *
 * The rain rate of the Finnish radar composite of 28 September 2016 (Finnish Meteorological Institute, CC BY 4.0), 256 × 256 km, in
 * means over 4 × 4 km.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { coarsen, openDataset } from "../io/index.ts";
import { mapFigure, rainScale, writePicture } from "../report/index.ts";
import { transportScore } from "../verification/index.ts";
import { barycenter1d, gridBarycenter, gridPartialTransport } from "../wasserstein/index.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string", default: "test/data/radar/fmi_20160928_cut.nc" },
    out: { type: "string", default: "docs/images" },
    factor: { type: "string", default: "4" },
    iterations: { type: "string", default: "500" },
  },
});
const factor = Number(args.factor);
const pr = await (await openDataset(args.data)).variable("pr");
const rain = coarsen(await pr.load(), factor);
const [times, height, width] = rain.shape as [number, number, number];
const size = height * width;
const at = (t: number) => Float64Array.from({ length: size }, (_, i) => rain.values[t * size + i]!);
const [first, last] = [at(0), at(times - 1)];
const label = (t: number) => `${rain.times()[t]!.iso!.slice(11, 16)} UTC`;

// Cells that the radar does not see at either time are none.
const mask = first.map((v, i) => (Number.isNaN(v + last[i]!) ? 0 : 1));
const shape = [height, width];
const [a, b] = [first, last].map((values) => ({ values, shape, mask })) as [
  { values: Float64Array; shape: number[]; mask: Float64Array },
  { values: Float64Array; shape: number[]; mask: Float64Array },
];
const [spacing, reach, blur] = [factor, 60, 4];

const plan = gridPartialTransport(a, b, { spacing, reach, blur, tolerance: 1e-4 });
const total = (values: Float64Array) => values.reduce((s, v, i) => s + (mask[i] ? v : 0), 0);
console.log(
  `${label(0)} to ${label(times - 1)}: joined ${((100 * plan.moved) / total(first)).toFixed(1)} % of the rain of the first, ` +
    `${plan.iterations} passes, converged ${plan.converged}, cost within [${plan.bounds.map((v) => v.toPrecision(4)).join(", ")}]`,
);
const score = transportScore(first, last, height, width, { spacing, reach, blur });
console.log(
  `mean displacement ${score.meanDisplacement.toFixed(2)} km, surplus ${score.surplus.toFixed(0)}, missing ${score.missing.toFixed(0)} ` +
    `of ${total(first).toFixed(0)} and ${total(last).toFixed(0)} mm/h · cells`,
);
const middle = gridBarycenter([a, b], { spacing, reach, blur, maxIterations: Number(args.iterations) });
console.log(
  `barycenter: ${middle.iterations} iterations, converged ${middle.converged}, rain ${total(middle.values).toFixed(0)}`,
);
const mean = first.map((v, i) => (v + last[i]!) / 2);
const barycenter = middle.values.map((v, i) => (mask[i] ? v : Number.NaN));
// The same cells in the same order, with the mean quantile function of the two fields.
const cells = Array.from(mask.keys()).filter((i) => mask[i]);
const { points: intensities } = barycenter1d([first, last].map((values) => cells.map((i) => values[i]!)));
const matched = new Float64Array(size).fill(Number.NaN);
for (const [rank, i] of [...cells].sort((i, j) => barycenter[i]! - barycenter[j]!).entries())
  matched[i] = intensities[rank]!;
const peak = (values: Float64Array) => Math.max(...values.filter((v) => v > 0));
for (const [name, values] of Object.entries({ first, last, mean, barycenter, matched })) {
  const wet = values.filter((v) => v >= 0.1).length;
  console.log(`${name}: largest ${peak(values).toFixed(1)} mm/h, wet area ${wet * factor ** 2} km²`);
}

// Where the plan takes the largest cells: peaks need not meet peaks.
const largest = cells.sort((i, j) => first[j]! - first[i]!).slice(0, 20);
const [downs, acrosses] = plan.displacement().x as [Float64Array, Float64Array];
const met = largest.map((i) => {
  const row = Math.round(Math.floor(i / width) + downs[i]! / factor);
  const column = Math.round((i % width) + acrosses[i]! / factor);
  return last[Math.min(height - 1, Math.max(0, row)) * width + Math.min(width - 1, Math.max(0, column))]!;
});
const average = (values: readonly number[]) => values.reduce((s, v) => s + v, 0) / values.length;
console.log(
  `the 20 largest cells of the first, ${average(largest.map((i) => first[i]!)).toFixed(1)} mm/h in the mean, go to where the last has ` +
    `${average(met).toFixed(1)} mm/h`,
);

/** One arrow in each block of eight cells, mean over its rain, in km from the lower left corner. */
function arrows(): number[] {
  const [down, across] = plan.displacement().x as [Float64Array, Float64Array];
  const joinedMass = plan.marginals().x;
  const list: number[] = [];
  const block = 4;
  for (let top = 0; top < height; top += block) {
    for (let left = 0; left < width; left += block) {
      let [mass, y, x, dy, dx] = [0, 0, 0, 0, 0];
      for (let i = top; i < Math.min(height, top + block); i++) {
        for (let j = left; j < Math.min(width, left + block); j++) {
          const joined = joinedMass[i * width + j]!;
          if (!(joined > 0)) continue;
          mass += joined;
          y += joined * (i + 0.5);
          x += joined * (j + 0.5);
          dy += joined * down[i * width + j]!;
          dx += joined * across[i * width + j]!;
        }
      }
      if (mass < 0.1 * block * block) continue;
      const [u, v] = [(x / mass) * factor, (height - y / mass) * factor];
      list.push(u, v, u + dx / mass, v - dy / mass);
    }
  }
  return list;
}

const panel = (title: string, values: Float64Array) => ({ title, values, height, width });
const svg = mapFigure({
  panels: [
    { ...panel(`${label(0)}, and where the rain went`, first), arrows: arrows() },
    panel(label(times - 1), last),
    panel("mean of the values", mean),
    panel("barycenter", barycenter),
    panel("barycenter, intensities matched", matched),
  ],
  columns: 3,
  panelSize: 320,
  scale: rainScale({ first: 0.1 }),
  units: "mm/h",
  title: "Transport between two radar fields",
  axes: { x: { name: "km", range: [0, width * factor] }, y: { name: "km", range: [0, height * factor] } },
});
const path = join(args.out, "transport-on-grids.png");
await writePicture(path, svg);
console.log(path);
