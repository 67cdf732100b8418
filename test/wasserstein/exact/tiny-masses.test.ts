// Inside: a certificate of a plan that no solver gives.
/** Masses of 1e-8 to 1e-24 beside large ones, that may cost the most: exact integers are the oracle. */
import { rng } from "../../../engine/index.ts";
import { emd, wasserstein1d } from "../../../wasserstein/index.ts";
import { certify, transportPlan } from "../../../wasserstein/measure/transport-plan.ts";
import { assert, close, test } from "../../harness.ts";

interface Side {
  readonly places: number[];
  /** In units of 2⁻⁹⁰, summing to 2⁹⁰. */
  readonly masses: bigint[];
}

const one = 1n << 90n;

/** Some masses of ordinary size, and some tiny ones far away. */
function side(seed: number, name: string, shift: number): Side {
  const stream = rng(seed).split(name);
  const count = 5 + (seed % 4);
  const u = stream.uniform(new Float64Array(3 * count));
  const places: number[] = [];
  const masses: bigint[] = [];
  let sum = 0n;
  for (let k = 0; k < count; k++) {
    const tiny = k % 3 === 1;
    const mass = tiny ? BigInt(Math.round(2 ** (10 + 53 * u[k]!))) : BigInt(Math.round(u[k]! * 2 ** 52)) << 33n;
    places.push(Math.round(1000 * u[count + k]!) + (tiny ? Math.round(1e6 * (u[2 * count + k]! - 0.5)) : shift));
    masses.push(mass);
    sum += mass;
  }
  masses[0] = masses[0]! + one - sum;
  return { places, masses };
}

/** Σ mass·|gap|² of the monotone plan, in integers. */
function exact(x: Side, y: Side): number {
  const sorted = ({ places, masses }: Side) => places.map((p, k) => ({ p, q: masses[k]! })).sort((s, t) => s.p - t.p);
  const [left, right] = [sorted(x), sorted(y)];
  let sum = 0n;
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    const [s, t] = [left[i]!, right[j]!];
    const least = s.q < t.q ? s : t;
    const { q } = least;
    sum += q * BigInt(s.p - t.p) ** 2n;
    s.q -= q;
    t.q -= q;
    if (s.q === 0n) i++;
    if (t.q === 0n) j++;
  }
  return Number((sum * 10n ** 15n) / one) / 1e15;
}

const weightsOf = ({ masses }: Side) => masses.map((q) => Number(q) / 2 ** 90);

test("emd keeps masses of 1e-24 beside large ones, and its gap is that of the weights as given", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const [x, y] = [side(seed, "x", 0), side(seed, "y", 3)];
    const expected = exact(x, y);
    const cloud = (s: Side) => ({
      points: Float64Array.from(s.places),
      count: s.places.length,
      dim: 1,
      weights: weightsOf(s),
    });
    const { value, dualityGap, plan } = emd(cloud(x), cloud(y));
    close(value, expected, 1e-11 * expected, `seed ${seed}`);
    assert.ok(dualityGap < 1e-8, `seed ${seed}: gap ${dualityGap}`);
    const rows = new Float64Array(x.places.length);
    const routes = plan();
    for (const [k, mass] of routes.masses.entries()) {
      assert.ok(mass > 0);
      rows[routes.rows[k]!]! += mass;
    }
    for (const [i, w] of weightsOf(x).entries()) close(rows[i]!, w, 1e-11 * w, `seed ${seed}: mass of row ${i}`);
  }
});

test("so does transport on the line", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const [x, y] = [side(seed, "x", 0), side(seed, "y", 3)];
    const expected = exact(x, y);
    const value = wasserstein1d(
      { values: x.places, weights: weightsOf(x) },
      { values: y.places, weights: weightsOf(y) },
      { p: 2 },
    ).value;
    close(value, expected, 1e-11 * expected, `seed ${seed}`);
  }
});

test("weights of 1e-45 and less beside others change nothing, where twice the digits of float64 have none for them", () => {
  const cells = 14;
  const bell = (deviation: number) =>
    Float64Array.from({ length: cells }, (_, i) => Math.exp(-(((i - 6.5) / deviation) ** 2) / 2));
  const product = (u: Float64Array, v: Float64Array) =>
    Float64Array.from({ length: cells * cells }, (_, k) => u[Math.floor(k / cells)]! * v[k % cells]!);
  const points = Float64Array.from({ length: 2 * cells * cells }, (_, k) =>
    k % 2 === 0 ? Math.floor(k / 2 / cells) : (k >> 1) % cells,
  );
  const cloud = { points, count: cells * cells, dim: 2 };
  const b = product(bell(2), bell(2));
  for (const narrow of [0.4, 0.25, 0.18]) {
    const a = product(bell(2.5), bell(narrow));
    const least = a.reduce((low, w) => Math.min(low, w));
    assert.ok(least < 1e-45 && least > 0, `${least}`);
    const solved = (weights: Float64Array) =>
      emd({ ...cloud, weights }, { ...cloud, weights: b }, { p: 1, normalize: true });
    const [all, some] = [solved(a), solved(a.map((w) => (w < 1e-25 ? 0 : w)))];
    assert.ok(some.value > 0.5 && Math.abs(all.value - some.value) < 1e-12 * some.value, `${all.value}, ${some.value}`);
    assert.ok(all.dualityGap < 1e-12, `${all.dualityGap}`);
  }
});

test("a plan that leaves mass behind is not certified, whatever its potentials", () => {
  const [a, b] = [Float64Array.of(0.5, 0.5), Float64Array.of(0.25, 0.75)];
  const gapOf = (rows: number[], columns: number[], masses: number[], u: number[]) =>
    certify(
      Float64Array.of(0, 1, 1, 0),
      transportPlan(Int32Array.from(rows), Int32Array.from(columns), Float64Array.from(masses), [2, 2]),
      Float64Array.from(u),
      a,
      b,
    ).dualityGap;
  assert.is(gapOf([0, 0, 1], [0, 1, 1], [0.25, 0.25, 0.5], [0.5, -0.5]), 0);
  assert.is(gapOf([], [], [], [0, 0]), 1);
  assert.is(gapOf([0, 1], [0, 1], [0.25, 0.5], [0, 0]), 0.25);
});

test.run();
