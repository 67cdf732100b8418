/** Pairs of real fields that differ by little where the blur is small beside the field: the slowest there are. */
import { baselineDownscaler, downscale } from "../../../generative/index.ts";
import { packaged } from "../../../generative/model/index.ts";
import { coarsen, type Field, readField } from "../../../io/index.ts";
import { emd, gridPartialTransport, gridTransport } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";
import { cellsOf } from "./fields.ts";

const truth = await readField(packaged("rain.nc"));
const rainfarm = baselineDownscaler({ method: "rainfarm", factor: 4 });
const member = await downscale(rainfarm, coarsen(truth, 4), { members: 1, seed: 0 });

/** A member against the truth, 256 × 256 km in cells of as many. */
function pair(cells: number) {
  const grid = (field: Field) => {
    const { values } = cells === 256 ? field : coarsen(field, 256 / cells);
    return { values: Float64Array.from(values), shape: [cells, cells] };
  };
  return { a: grid(member), b: grid(truth), spacing: 256 / cells };
}

test("a member against the truth converges by the defaults, within 1000 passes, on 32² and 64² and in less on finer grids", () => {
  for (const cells of [32, 64, 128]) {
    const { a, b, spacing } = pair(cells);
    const r = gridTransport(a, b, { spacing, blur: 4, normalize: true });
    assert.ok(r.converged && r.iterations < 1000, `${cells}²: ${r.marginalError} after ${r.iterations} passes`);
    assert.ok(0 <= r.bounds[0] && r.bounds[0] <= r.value && r.value <= r.bounds[1], `${cells}²: ${r.bounds}`);
    // What the repair of the marginals adds is small beside the cost.
    close(r.value, r.linearCost, 0.01 * r.linearCost, `${cells}²`);
  }
});

test("bounds that leave the exact cost open are said in words, with their cause: blur, marginals, or passes that ran out", () => {
  const { a, b, spacing } = pair(32);
  const notes = (options: { blur: number; tolerance?: number; maxIterations?: number }) =>
    gridTransport(a, b, { spacing, normalize: true, ...options }).notes;
  assert.match(
    notes({ blur: 4 }).join("\n"),
    /^the exact cost is open between \S+ and 25\.\d+: most of this is the blur/,
  );
  assert.match(
    notes({ blur: 1, tolerance: 1e-3 }).join("\n"),
    /most of this is the repair of the marginals; lower tolerance$/,
  );
  assert.match(
    notes({ blur: 4, maxIterations: 20 })[0]!,
    /^not converged: the marginals are off by \S+ after 20 passes/,
  );
  const far = gridTransport(
    a,
    { ...b, values: b.values.map((_, i) => b.values[i < 512 ? i + 512 : i - 512]!) },
    { ...{ spacing, blur: 4, normalize: true } },
  );
  assert.equal(far.notes, []);
  const partial = gridPartialTransport(a, b, { spacing, blur: 4, reach: 60 });
  assert.ok(partial.bounds[0] >= 0);
  assert.match(partial.notes.join("\n"), /^the exact cost is open between \S+ and \S+: most of this is the blur/);
});

test("the bounds of real rain hold the exact cost of emd between the cells", () => {
  const { a, b } = pair(16);
  const half = { ...b, values: b.values.map((v, i) => v * (1 + (i % 3))) };
  for (const [blur, most] of [
    [4, 0.3],
    [16, 1],
  ] as const) {
    const r = gridTransport(a, half, { spacing: 16, blur, normalize: true });
    const clouds = [a, half].map((field) => cellsOf(field, [16, 16]));
    const exact = emd(clouds[0]!, clouds[1]!, { normalize: true }).value;
    assert.ok(r.bounds[0] <= exact && exact <= r.bounds[1], `${exact} in ${r.bounds}`);
    assert.ok(r.bounds[1] - r.bounds[0] <= most * r.bounds[1], `${r.bounds} at blur ${blur}`);
  }
});

test.run();
