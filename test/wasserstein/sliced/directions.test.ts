import { isMongeError, rng } from "../../../engine/index.ts";
import { dot, unitVector } from "../../../engine/numerics/vectors.ts";
import { type Directions, rowOf, sampleDirections } from "../../../wasserstein/sliced/directions.ts";
import {
  drawAroundPole,
  meanResultantLength,
  placeAround,
  pullThroughPlacing,
} from "../../../wasserstein/sliced/von-mises-fisher.ts";
import { assert, close, test } from "../../harness.ts";
import oracle from "../../oracles/wasserstein-sliced.json" with { type: "json" };

const pole = (dim: number) => Float64Array.from({ length: dim }, (_, k) => Math.cos(k) + 0.2);
const around = (dim: number, concentration: number) => ({
  kind: "vonMisesFisher" as const,
  location: pole(dim),
  concentration,
});

test("every direction has norm 1, in every dimension and for every law", () => {
  for (const dim of [1, 2, 3, 7, 64, 65]) {
    const laws = [
      { kind: "uniform" },
      { kind: "orthonormal" },
      around(dim, 0),
      around(dim, 5),
      around(dim, 1e9),
    ] as const;
    for (const law of laws) {
      const directions = sampleDirections(2 * dim + 1, dim, { ...law, rng: rng(1) });
      assert.is(directions.points.length, (2 * dim + 1) * dim);
      for (let l = 0; l < directions.count; l++) close(dot(rowOf(directions, l), rowOf(directions, l)), 1, 1e-14);
    }
  }
});

test("within a block orthonormal directions are orthogonal to 1e-14, the cut last block included", () => {
  for (const [count, dim] of [
    [64, 64],
    [25, 10],
    [5, 300],
    [3, 1],
  ] as const) {
    const directions = sampleDirections(count, dim, { kind: "orthonormal", rng: rng(2) });
    for (let k = 0; k < count; k++) {
      for (let l = 0; l < k; l++) {
        if (Math.floor(k / dim) !== Math.floor(l / dim)) continue;
        close(dot(rowOf(directions, k), rowOf(directions, l)), 0, 1e-14);
      }
    }
  }
});

test("a full block has Σ⟨θ, v⟩² = ‖v‖² for every v", () => {
  const directions = sampleDirections(9, 9, { kind: "orthonormal", rng: rng(3) });
  const v = rng(4).normal(9);
  let sum = 0;
  for (let l = 0; l < 9; l++) sum += dot(rowOf(directions, l), v) ** 2;
  close(sum, dot(v, v), 1e-13);
});

test("each row of a block alone is uniform: E θ = 0, E θ_k² = 1/d, E θ_k⁴ = 3/(d(d+2)), first row like last", () => {
  const [dim, blocks] = [4, 20_000];
  const directions = sampleDirections(dim * blocks, dim, { kind: "orthonormal", rng: rng(5) });
  const moment = (row: number, axis: number, power: number) => {
    let sum = 0;
    for (let b = 0; b < blocks; b++) sum += rowOf(directions, b * dim + row)[axis]! ** power;
    return sum / blocks;
  };
  // Four standard errors of the mean of 20 000 draws: sd of θ is ½, of θ² 0.25, of θ⁴ 0.18.
  for (const row of [0, dim - 1]) {
    for (const axis of [0, dim - 1]) {
      close(moment(row, axis, 1), 0, (4 * 0.5) / Math.sqrt(blocks));
      close(moment(row, axis, 2), 1 / dim, (4 * 0.25) / Math.sqrt(blocks));
      close(moment(row, axis, 4), 3 / (dim * (dim + 2)), (4 * 0.18) / Math.sqrt(blocks));
    }
  }
});

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
  const count = 40_000;
  for (const [dim, kappa] of [
    [1, 0.7],
    [2, 3],
    [3, 1],
    [3, 10],
    [10, 0],
    [10, 10],
    [40, 200],
  ] as const) {
    const directions = sampleDirections(count, dim, { ...around(dim, kappa), rng: rng(6) });
    const centre = unitVector("centre", pole(dim), dim);
    const across = unitVector("across", dim > 1 ? [-centre[1]!, centre[0]!, ...new Array(dim - 2).fill(0)] : [1], dim);
    let [first, second, sideways] = [0, 0, 0];
    for (let l = 0; l < count; l++) {
      const w = dot(rowOf(directions, l), centre);
      first += w / count;
      second += (w * w) / count;
      if (dim > 1) sideways += dot(rowOf(directions, l), across) / count;
    }
    const mean = meanResultantLength(dim, kappa);
    const square = dim === 1 ? 1 : kappa === 0 ? 1 / dim : 1 - ((dim - 1) * mean) / kappa;
    const error = (4 * Math.sqrt(square - mean ** 2)) / Math.sqrt(count);
    close(first, mean, error, `mean, d ${dim}, κ ${kappa}`);
    close(second, square, 2 * error, `second moment, d ${dim}, κ ${kappa}`);
    close(sideways, 0, (4 * Math.sqrt((1 - square) / Math.max(dim - 1, 1))) / Math.sqrt(count) + 1e-12, "sideways");
  }
});

test("at large κ the angle keeps its digits: κ(1 − w) is Gamma((d−1)/2)", () => {
  const [dim, kappa, count] = [6, 1e12, 20_000];
  const { gaps } = drawAroundPole(count, dim, kappa, rng(7));
  const shape = (dim - 1) / 2;
  let [mean, square] = [0, 0];
  for (const gap of gaps) {
    mean += (kappa * gap) / count;
    square += (kappa * gap) ** 2 / count;
  }
  close(mean, shape, (4 * Math.sqrt(shape)) / Math.sqrt(count));
  // sd of X² for Gamma(2.5): sqrt(E X⁴ − (E X²)²) = 13.3
  close(square, shape * (shape + 1), (4 * 13.3) / Math.sqrt(count));
});

test("moving the centre moves the draws by the stated derivative", () => {
  const dim = 5;
  const draws = drawAroundPole(3, dim, 2, rng(8));
  const centre = unitVector("centre", pole(dim), dim);
  const stream = rng(9);
  for (let l = 0; l < 3; l++) {
    const gradient = stream.normal(dim);
    const tangent = stream.normal(dim);
    const along = dot(tangent, centre);
    for (let k = 0; k < dim; k++) tangent[k]! -= along * centre[k]!;
    const at = (h: number) => {
      const moved = unitVector(
        "moved",
        centre.map((c, k) => c + h * tangent[k]!),
        dim,
      );
      return dot(placeAround(draws, moved).subarray(l * dim, (l + 1) * dim), gradient);
    };
    const difference = (at(1e-5) - at(-1e-5)) / 2e-5;
    close(dot(pullThroughPlacing(draws, l, centre, gradient), tangent), difference, 1e-8);
  }
});

test("the same stream gives the same directions, another stream others", () => {
  for (const law of [{ kind: "uniform" }, { kind: "orthonormal" }, around(4, 3)] as const) {
    const draw = (seed: number) => sampleDirections(9, 4, { ...law, rng: rng(seed) }).points;
    assert.equal(draw(1), draw(1));
    assert.not.equal(draw(1), draw(2));
  }
});

test("what has no meaning is refused with a reason", () => {
  const refused = (run: () => unknown, kind: string) =>
    assert.throws(run, (e: unknown) => isMongeError(e) && e.kind === kind && /^[\w–: ]+/.test(e.message), kind);
  const stream = rng(1);
  refused(() => sampleDirections(0, 3, { rng: stream }), "domain");
  refused(() => sampleDirections(3, 1.5, { rng: stream }), "domain");
  refused(() => sampleDirections(3, 3, { kind: "gaussian" as Directions["kind"], rng: stream }), "options");
  refused(() => sampleDirections(3, 3, { kind: "vonMisesFisher", rng: stream }), "options");
  refused(() => sampleDirections(3, 3, { concentration: 3, rng: stream }), "options");
  refused(() => sampleDirections(3, 3, { ...around(2, 1), rng: stream }), "shape");
  refused(() => sampleDirections(3, 2, { ...around(2, 1), location: [0, 0], rng: stream }), "domain");
  refused(() => sampleDirections(3, 3, { ...around(3, 1), location: [1, Number.NaN, 2], rng: stream }), "domain");
  for (const kappa of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    refused(() => sampleDirections(3, 2, { ...around(2, kappa), rng: stream }), "domain");
  }
});

test.run();
