/** Distributional slicing (arXiv 2301.04791) and the von Mises–Fisher draws that it is made of. */
import { DomainError, OptionsError, rng } from "../../../engine/index.ts";
import { dot } from "../../../engine/numerics/index.ts";
import { distributionalSlicedWasserstein } from "../../../examples/papers/distributional-slicing.ts";
import { maxSlicedWasserstein } from "../../../examples/papers/max-sliced.ts";
import {
  drawAroundPole,
  meanResultantLength,
  placeAround,
  pullThroughPlacing,
} from "../../../examples/papers/von-mises-fisher.ts";
import { slicedWasserstein } from "../../../wasserstein/index.ts";
import { assert, close, test, throws } from "../../harness.ts";
import oracle from "../../oracles/wasserstein-sliced.json" with { type: "json" };
import { planarPair } from "../../wasserstein/clouds.ts";
import { normalCloud, shifted, unitVector } from "../../wasserstein/sliced/sliced-cases.ts";

type Result = ReturnType<typeof distributionalSlicedWasserstein>;
const pole = (dim: number) => Float64Array.from({ length: dim }, (_, k) => Math.cos(k) + 0.2);

test("mean resultant lengths are those of SciPy's Bessel functions", () => {
  for (const { dim, concentration, mean } of oracle.resultant) {
    close(meanResultantLength(dim, concentration), mean, 2e-13, `d ${dim}, κ ${concentration}`);
  }
  assert.is(meanResultantLength(5, 0), 0);
  // Both sides of the switch to the series, against 1 − n/2κ + n(n−2)/8κ² with n = d − 1.
  for (const kappa of [0.9e5, 1.1e5])
    close(meanResultantLength(10, kappa), 1 - 4.5 / kappa + 63 / (8 * kappa ** 2), 1e-13);
});

test("von Mises–Fisher draws have mean A_d(κ) along their location, the exact second moment, and nothing sideways", () => {
  const count = 10_000;
  // biome-ignore format: a table
  const rows = [
    [1, 0.7], [2, 3], [3, 1], [3, 10], [10, 0], [10, 10], [40, 200],
  ] as const;
  for (const [dim, kappa] of rows) {
    const centre = unitVector(pole(dim));
    const points = placeAround(drawAroundPole(count, dim, kappa, rng(6)), centre);
    const across = unitVector(dim > 1 ? [-centre[1]!, centre[0]!, ...new Array(dim - 2).fill(0)] : [1]);
    let [first, second, sideways] = [0, 0, 0];
    for (let l = 0; l < count; l++) {
      const w = dot(points.subarray(l * dim, (l + 1) * dim), centre);
      first += w / count;
      second += (w * w) / count;
      if (dim > 1) sideways += dot(points.subarray(l * dim, (l + 1) * dim), across) / count;
    }
    const mean = meanResultantLength(dim, kappa);
    const square = dim === 1 ? 1 : kappa === 0 ? 1 / dim : 1 - ((dim - 1) * mean) / kappa;
    const error = (4 * Math.sqrt(square - mean ** 2)) / Math.sqrt(count);
    close(first, mean, error, `mean, d ${dim}, κ ${kappa}`);
    close(second, square, 2 * error, `second moment, d ${dim}, κ ${kappa}`);
    close(sideways, 0, (4 * Math.sqrt((1 - square) / Math.max(dim - 1, 1))) / Math.sqrt(count) + 1e-12, "sideways");
  }
});

test("moving the centre moves the draws by the stated derivative", () => {
  const dim = 5;
  const draws = drawAroundPole(3, dim, 2, rng(8));
  const centre = unitVector(pole(dim));
  const stream = rng(9);
  for (let l = 0; l < 3; l++) {
    const gradient = stream.normal(dim);
    const tangent = stream.normal(dim);
    const along = dot(tangent, centre);
    for (let k = 0; k < dim; k++) tangent[k]! -= along * centre[k]!;
    const at = (h: number) => {
      const moved = unitVector(centre.map((c, k) => c + h * tangent[k]!));
      return dot(placeAround(draws, moved).subarray(l * dim, (l + 1) * dim), gradient);
    };
    const difference = (at(1e-5) - at(-1e-5)) / 2e-5;
    close(dot(pullThroughPlacing(draws, l, centre, gradient), tangent), difference, 1e-8);
  }
});

test("distributional slicing of a translation is ‖t‖²(1 − (d−1)A_d(κ)/κ), around t", () => {
  for (const [dim, kappa] of [
    [2, 2],
    [3, 1],
    [6, 10],
    [10, 40],
  ] as const) {
    const x = normalCloud(rng(dim), 20, dim);
    const t = rng(40 + dim).normal(dim);
    const square = dot(t, t);
    const options = { concentration: kappa, count: 500, steps: 10, rng: rng(15) };
    const result = distributionalSlicedWasserstein(x, shifted(x, t), options);
    const exact = square * (1 - ((dim - 1) * meanResultantLength(dim, kappa)) / kappa);
    close(result.value, exact, 4 * result.standardError, `d ${dim}, κ ${kappa}`);
    assert.ok(result.standardError < 0.1 * exact);
    // The location is the best for 500 draws, not for all: it scatters more where κ is small.
    assert.ok(Math.abs(dot(result.location, t)) / Math.sqrt(square) > 0.97, `d ${dim}, κ ${kappa}`);
  }
});

const [x, y] = [normalCloud(rng(16), 40, 5), normalCloud(rng(17), 30, 5, 0.3, 1.5)];
const max = maxSlicedWasserstein(x, y, { rng: rng(20) });

test("distributional slicing leads from the sliced distance, κ = 0, to the max-sliced one, κ → ∞", () => {
  const [none, few, some, all] = [0, 3, 30, 1e9].map((concentration) =>
    distributionalSlicedWasserstein(x, y, { concentration, count: 200, rng: rng(18) }),
  ) as [Result, Result, Result, Result];
  const sliced = slicedWasserstein(x, y, { directions: 2000, rng: rng(19) });
  close(none.value, sliced.value, 4 * Math.hypot(none.standardError, sliced.standardError!));
  close(all.value, max.value, 1e-4); // short by c/√κ
  const values = [none, few, some, all].map(({ value }) => value);
  for (let k = 1; k < values.length; k++) assert.ok(values[k]! > values[k - 1]!, String(values));
});

test("a concentration out of range and a single direction are refused", () => {
  const [x, y] = planarPair();
  throws(
    () => distributionalSlicedWasserstein(x, y, { concentration: -1, rng: rng(1) }),
    DomainError,
    /concentration is -1/,
  );
  throws(
    () => distributionalSlicedWasserstein(x, y, { concentration: 1, count: 1, rng: rng(1) }),
    OptionsError,
    /count is 1/,
  );
});

test.run();
