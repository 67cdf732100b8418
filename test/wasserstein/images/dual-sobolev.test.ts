import { rng } from "../../../engine/index.ts";
import { cosineTransform } from "../../../engine/numerics/index.ts";
import { dualSobolevNorm } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";

type Density = Parameters<typeof dualSobolevNorm>[0];

/** f at the cell centres of a box. */
function sample(shape: readonly number[], spacing: readonly number[], f: (x: readonly number[]) => number): Density {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = Float64Array.from({ length: count }, (_, at) => {
    const x = new Array<number>(shape.length);
    let rest = at;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      x[axis] = ((rest % shape[axis]!) + 0.5) * spacing[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return f(x);
  });
  return { values, shape };
}

/** −Δ_h with no flux through the walls, straight from its definition. */
function minusLaplacian(u: Float64Array, shape: readonly number[], spacing: readonly number[]): Float64Array {
  const out = new Float64Array(u.length);
  let stride = u.length;
  for (const [axis, n] of shape.entries()) {
    stride /= n;
    for (let at = 0; at < u.length; at++) {
      if (Math.floor(at / stride) % n === n - 1) continue;
      const flux = (u[at]! - u[at + stride]!) / spacing[axis]! ** 2;
      out[at]! += flux;
      out[at + stride]! -= flux;
    }
  }
  return out;
}

// biome-ignore format: a table
const shapes: [number[], number[]][] = [
  [[1], [2]],
  [[7], [0.3]],
  [[64], [1 / 64]],
  [[5, 1], [1, 2]],
  [[12, 9], [0.1, 0.4]],
  [[16, 32], [0.5, 0.25]],
  [[4, 5, 6], [1, 0.5, 2]],
];

test("the cosine transform is its sum, and its inverse undoes it, for all sizes", () => {
  for (const n of [1, 2, 3, 4, 5, 8, 12, 31]) {
    const x = rng(n).normal(n);
    const got = x.slice();
    cosineTransform(got, [n]);
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += x[j]! * Math.cos((Math.PI * k * (2 * j + 1)) / (2 * n));
      close(got[k]!, sum, 1e-13 * n);
    }
  }
  for (const [shape] of shapes) {
    const x = rng(3).normal(shape.reduce((a, b) => a * b, 1));
    const got = x.slice();
    cosineTransform(got, shape);
    cosineTransform(got, shape, true);
    for (let i = 0; i < x.length; i++) close(got[i]!, x[i]!, 1e-13);
  }
});

test("the potential solves the discrete problem: −Δφ = f − mean, mean 0; the value is ∫|∇φ|²", () => {
  for (const [shape, spacing] of shapes) {
    const f = rng(9).normal(shape.reduce((a, b) => a * b, 1));
    const { value, potential } = dualSobolevNorm({ values: f, shape }, { spacing });
    const mean = f.reduce((a, b) => a + b, 0) / f.length;
    const back = minusLaplacian(potential, shape, spacing);
    for (let i = 0; i < f.length; i++) close(back[i]!, f[i]! - mean, 1e-11);
    const size = Math.max(1, ...potential.map(Math.abs));
    close(
      potential.reduce((a, b) => a + b, 0),
      0,
      1e-12 * size * f.length,
    );
    const cell = spacing.reduce((a, b) => a * b, 1);
    const energy = potential.reduce((sum, p, i) => sum + p * back[i]! * cell, 0);
    close(value, energy, 1e-11 * Math.max(1, energy));
  }
});

test("the grids of the reference table", () => {
  for (const [n, expected] of [
    [64, 0.0506708],
    [256, 0.0506612],
    [1024, 0.0506606],
  ] as const) {
    const g = sample([n], [1 / n], ([x]) => Math.cos(Math.PI * x!));
    close(dualSobolevNorm(g, { spacing: 1 / n }).value, expected, 5e-8);
  }
  const g = sample([64, 48], [1 / 64, 1 / 48], ([x, y]) => Math.cos(Math.PI * x!) * Math.cos(2 * Math.PI * y!));
  close(dualSobolevNorm(g, { spacing: [1 / 64, 1 / 48] }).value, 0.00507205, 5e-9);
});

// biome-ignore format: a table
const waves: [number[], number[]][] = [
  [[3], [1]],
  [[1, 2], [1, 1]],
  [[0, 2], [1, 1]],
  [[1, 1, 2], [1, 1, 1]],
  [[1, 2], [2, 0.5]],
];

for (const [k, lengths] of waves) {
  test(`r² = 1 + Π cos(πk·x/L) with k = [${k}], L = [${lengths}]: p*, value, maximum and β to second order`, () => {
    const volume = lengths.reduce((a, b) => a * b, 1);
    const symbol = k.reduce((sum, ki, i) => sum + ((Math.PI * ki) / lengths[i]!) ** 2, 0);
    const share = 2 ** -k.filter((ki) => ki > 0).length;
    const wave = (x: readonly number[]) =>
      x.reduce((product, xi, i) => product * Math.cos((Math.PI * k[i]! * xi) / lengths[i]!), 1);
    const errors = [12, 24].map((cells) => {
      const shape = k.map(() => cells);
      const spacing = lengths.map((length) => length / cells);
      const beta = 3 / symbol;
      const result = dualSobolevNorm(
        sample(shape, spacing, (x) => 1 + wave(x)),
        { spacing, beta },
      );
      assert.ok(result.positive);
      close(result.mass, volume, 1e-12);
      const expected = sample(shape, spacing, (x) => 1 / volume + wave(x) / (2 * beta * symbol)).values;
      let density = 0;
      for (const [i, p] of result.optimalDensity.entries()) density = Math.max(density, Math.abs(p - expected[i]!));
      return [
        density,
        Math.abs(result.value - (share * volume) / symbol),
        Math.abs(result.maximum - (1 + (share * volume) / (4 * beta * symbol))),
        Math.abs(result.positivityBeta - volume / (2 * symbol)),
      ];
    });
    for (const [i, coarse] of errors[0]!.entries()) {
      const ratio = coarse / errors[1]![i]!;
      // max(−φ) is taken at cell centres, beside the minimum of odd waves: the order is 2 all the same.
      assert.ok(ratio > 3.6 && ratio < 4.4, `error ${i} falls by ${ratio}`);
    }
  });
}

test("p* maximises J(p) = ∫ f p − β∫|∇p|² over p of mass one; J(p*) is `maximum`", () => {
  for (const [shape, spacing] of shapes) {
    const count = shape.reduce((a, b) => a * b, 1);
    const cell = spacing.reduce((a, b) => a * b, 1);
    const f = rng(5)
      .normal(count)
      .map((x) => x * x);
    const { optimalDensity, maximum, beta } = dualSobolevNorm({ values: f, shape }, { spacing });
    const objective = (p: Float64Array) => {
      const slope = minusLaplacian(p, shape, spacing);
      return p.reduce((sum, x, i) => sum + (f[i]! * x - beta * x * slope[i]!) * cell, 0);
    };
    close(
      optimalDensity.reduce((sum, p) => sum + p * cell, 0),
      1,
      1e-12,
    );
    close(objective(optimalDensity), maximum, 1e-11 * maximum);
    for (let seed = 0; seed < 5 && count > 1; seed++) {
      const bump = rng(seed).normal(count);
      const mean = bump.reduce((a, b) => a + b, 0) / count;
      for (const size of [-0.1, 0.001]) {
        assert.ok(objective(optimalDensity.map((p, i) => p + size * (bump[i]! - mean))) < maximum);
      }
    }
  }
});

test("without beta the least density is floor/|Ω| and β scales with f; a constant f gives the uniform density", () => {
  const [shape, spacing] = [
    [12, 9],
    [0.1, 0.4],
  ];
  const volume = 1.2 * 3.6;
  const f = rng(8)
    .normal(108)
    .map((x) => x * x);
  for (const floor of [0.2, 0.5]) {
    const a = dualSobolevNorm({ values: f, shape }, { spacing, floor });
    close(Math.min(...a.optimalDensity) * volume, floor, 1e-12);
    const b = dualSobolevNorm({ values: f.map((x) => 1e-10 * x), shape }, { spacing, floor });
    close(b.beta / a.beta, 1e-10, 1e-22);
    for (const [i, p] of b.optimalDensity.entries()) close(p, a.optimalDensity[i]!, 1e-12);
  }
  const edge = dualSobolevNorm({ values: f, shape }, { spacing });
  assert.is(dualSobolevNorm({ values: f, shape }, { spacing, beta: 0.99 * edge.positivityBeta }).positive, false);
  for (const level of [0, 3]) {
    const flat = dualSobolevNorm({ values: new Float64Array(108).fill(level), shape }, { spacing });
    assert.is(flat.value, 0);
    assert.ok(flat.positive);
    close(flat.maximum, level, 1e-14);
    for (const p of flat.optimalDensity) close(p, 1 / volume, 1e-14);
  }
});

test("the gradient is a central difference; adding a constant changes nothing; extreme values stay finite", () => {
  const [shape, spacing] = [
    [6, 7],
    [0.2, 0.1],
  ];
  const f = rng(4).normal(42);
  const e = rng(6).normal(42);
  const at = (t: number, add = 0) =>
    dualSobolevNorm({ values: f.map((x, i) => x + t * e[i]! + add), shape }, { spacing });
  const slope = at(0)
    .gradient()
    .x.reduce((sum, g, i) => sum + g * e[i]!, 0);
  close((at(0.1).value - at(-0.1).value) / 0.2 / slope, 1, 1e-11); // quadratic: differences are exact
  close(at(0, 5).value / at(0).value, 1, 1e-12);
  for (const scale of [1e-150, 1e150]) {
    const { value, optimalDensity } = dualSobolevNorm({ values: f.map((x) => scale * x), shape }, { spacing });
    close(value / scale / scale / at(0).value, 1, 1e-12);
    assert.ok(optimalDensity.every(Number.isFinite));
  }
});

test.run();
