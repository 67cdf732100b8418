/** Every export meets input without a meaning by a typed error that begins with its own name and work that is not begun. */

import { DomainError, isMongeError, OptionsError, rng, ShapeError, tf } from "../../engine/index.ts";
import * as ot from "../../wasserstein/index.ts";
import { assert, test, throws } from "../harness.ts";

// Arguments as a caller in plain JavaScript may give them.
// biome-ignore lint/suspicious/noExplicitAny: what the types forbid is the point of this file.
type Wrong = any;

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const cloud = (points: readonly number[], dim = 2, weights?: readonly number[]): Wrong => ({
  points: Float64Array.from(points),
  count: points.length / dim,
  dim,
  ...(weights && { weights }),
});
const [x, y] = [cloud([0, 0, 1, 1]), cloud([2, 0, 0, 1])];

function refuses(name: string, calls: Readonly<Record<string, () => unknown>>): void {
  for (const [what, call] of Object.entries(calls)) {
    let error: unknown;
    try {
      call();
    } catch (thrown) {
      error = thrown;
    }
    assert.ok(isMongeError(error), `${name}, ${what}: ${error === undefined ? "no error" : String(error)}`);
    const { message } = error as Error;
    assert.ok(message.startsWith(name), `${name}, ${what}: the message begins "${message.slice(0, 60)}"`);
  }
}

/** One call for each of the options that must not be. */
function each(options: readonly Wrong[], call: (option: Wrong) => unknown): Record<string, () => unknown> {
  return Object.fromEntries(options.map((option) => [JSON.stringify(option), () => call(option)]));
}

const onClouds: Readonly<Record<string, (a: Wrong, b: Wrong, options?: Wrong) => unknown>> = {
  slicedWasserstein: (a, b, o) => ot.slicedWasserstein(a, b, { rng: rng(1), ...o }),
  emd: ot.emd,
  sinkhorn: ot.sinkhorn,
  sinkhornDivergence: ot.sinkhornDivergence,
};

for (const [name, call] of Object.entries(onClouds)) {
  test(`${name} refuses clouds that are none, weights that are none, and two spaces`, () => {
    refuses(name, {
      "a coordinate NaN": () => call(cloud([nan, 0, 1, 1]), y),
      "a coordinate infinite": () => call(x, cloud([infinity, 0, 1, 1])),
      "other dimension": () => call(x, cloud([1, 2, 3], 3)),
      "no points": () => call(cloud([]), y),
      "too few numbers": () => call({ ...x, points: new Float64Array(3) }, y),
      "half a point": () => call({ points: new Float64Array(3), count: 1.5, dim: 2 }, y),
      "a negative weight": () => call(cloud([0, 0, 1, 1], 2, [1, -1]), y),
      "a weight NaN": () => call(cloud([0, 0, 1, 1], 2, [1, nan]), y),
      "no mass": () => call(cloud([0, 0, 1, 1], 2, [0, 0]), y),
      "other sums": () => call(cloud([0, 0, 1, 1], 2, [1, 1]), cloud([0, 0, 1, 1], 2, [3, 1])),
      "too many weights": () => call(cloud([0, 0, 1, 1], 2, [1, 1, 1]), y),
      ...(!name.startsWith("sinkhorn") && each([{ p: 0.5 }, { p: nan }], (o) => call(x, y, o))),
    });
  });
}

test("weights of two sums are refused by every distance of equal masses, and sums that differ by rounding are not", () => {
  const grid = (...values: number[]) => ({ values, shape: [2] });
  const values = [0, 1];
  const ways: Readonly<Record<string, (a: number[], b: number[]) => { readonly value: number }>> = {
    ...Object.fromEntries(
      Object.entries({ ...onClouds, slicedPlan: ot.slicedPlan, binnedTransport: ot.binnedTransport }).map(
        ([name, way]) => [
          name,
          (a: number[], b: number[]) => {
            const options = {
              sinkhorn: { epsilon: 0.1 },
              sinkhornDivergence: { epsilon: 0.1 },
              slicedPlan: { rng: rng(1) },
            };
            return (way as Wrong)(cloud([0, 0, 1, 1], 2, a), cloud([2, 0, 0, 1], 2, b), (options as Wrong)[name] ?? {});
          },
        ],
      ),
    ),
    "emd of costs": (a, b) =>
      ot.emd({ cost: Float64Array.of(1, 2, 3, 4), rows: 2, columns: 2, xWeights: a, yWeights: b }),
    "sinkhorn of costs": (a, b) =>
      ot.sinkhorn({ cost: Float64Array.of(1, 2, 3, 4), rows: 2, columns: 2, xWeights: a, yWeights: b }, undefined, {
        epsilon: 0.1,
      }),
    wasserstein1d: (a, b) => ot.wasserstein1d({ values, weights: a }, { values, weights: b }),
    wassersteinCircle: (a, b) => ot.wassersteinCircle({ values, weights: a }, { values, weights: b }, { period: 3 }),
    gridTransport: (a, b) => ot.gridTransport(grid(...a), grid(...b), { spacing: 1, epsilon: 0.1 }),
    gridDivergence: (a, b) => ot.gridDivergence(grid(...a), grid(...b), { spacing: 1, epsilon: 0.1 }),
  };
  for (const [name, distance] of Object.entries(ways)) {
    const sums = [2.01, 2 * (1 + 1.1e-6), 2 * (1 - 1.1e-6)];
    for (const sum of sums) {
      const way = /weights sum to .* and .*; pass `normalize: true`/;
      throws(() => distance([1, 1], [1, sum - 1]), DomainError, way);
      throws(() => distance([1, sum - 1], [1, 1]), DomainError, way);
    }
    for (const sum of [2, 2 * (1 + 1e-7), 2 * (1 - 1e-7)])
      assert.ok(distance([1, 1], [1, sum - 1]).value >= 0, `${name} of sums 2 and ${sum}`);
  }
});

test("rows of coordinates, as numpy has them, are refused with the way to make a cloud of them", () => {
  const rows = [
    [0, 0],
    [1, 1],
  ];
  const way =
    /got count undefined and dim undefined; a cloud of `rows` is \{ points: Float64Array\.from\(rows\.flat\(\)\)/;
  for (const given of [rows, { points: rows }] as Wrong[]) {
    assert.throws(() => ot.emd(given, given), way);
    assert.throws(() => ot.sinkhornDivergence(given, given, { epsilon: 1 }), way);
    assert.throws(() => ot.slicedWasserstein(given, given, { rng: rng(1) }), way);
  }
  const made = { points: Float64Array.from(rows.flat()), count: rows.length, dim: rows[0]!.length };
  assert.is(ot.emd(made, made).value, 0);
});

test("options of sinkhorn and its divergence have ranges", () => {
  const relative = (relativeTo: string, factor: number) => ({ epsilon: { relativeTo, factor } });
  const ranges = [{ epsilon: -1 }, { epsilon: 0 }, { epsilon: nan }, { blur: -1 }, { reach: -1 }, { reach: nan }];
  const limits = [{ tolerance: -1 }, { tolerance: nan }, { maxIterations: 0 }, { maxIterations: 1.5 }];
  const others = [{ refine: "x" }, relative("x", 1), relative("median-cost", -1)];
  for (const name of ["sinkhorn", "sinkhornDivergence"]) {
    refuses(
      name,
      each([...ranges, ...limits, ...others], (o) => onClouds[name]!(x, y, o)),
    );
  }
});

test("options of the sliced distances have ranges", () => {
  const sliced = [{ directions: 0 }, { directions: 2.5 }, { directions: cloud([1, 1]) }, { rng: undefined }];
  const call = (name: string) => (o: Wrong) => onClouds[name]!(x, y, o);
  refuses("slicedWasserstein", each(sliced, call("slicedWasserstein")));
  refuses("sampleDirections", {
    ...each([{ kind: "x" }], (o) => ot.sampleDirections(2, 2, { rng: rng(1), ...o })),
    ...each([0, -1, 1.5, nan], (count) => ot.sampleDirections(count, 2, { rng: rng(1) })),
  });
});

test("on the line: values, weights, masks, supports and costs", () => {
  const weights = [[1], [-1, 2], [nan, 1], [0, 0]];
  const costs = [{ p: 0 }, { huber: -1 }, { huber: 0 }, { huber: 1, p: 2 }, { huber: 1, root: true }];
  const masks = [{ mask: [1] }, { mask: [0, 0] }];
  refuses("wasserstein1d", {
    ...each([...costs, ...masks], (o) => ot.wasserstein1d([1, 2], [3, 4], o)),
    ...each(weights, (w) => ot.wasserstein1d({ values: [1, 2], weights: w }, [3, 4])),
    sums: () => ot.wasserstein1d({ values: [1, 2], weights: [1, 1] }, { values: [3, 4], weights: [1, 2] }),
    plane: () => ot.wasserstein1d(x, [1]),
    NaN: () => ot.wasserstein1d([nan], [1]),
    none: () => ot.wasserstein1d([], [1]),
  });
  refuses(
    "upperTailWeight",
    each([-1, 0, nan, infinity], (c) => ot.upperTailWeight(c)),
  );
  const bary = [{ weights: [1] }, { weights: [1, -1] }, { weights: [0, 0] }, { count: 0 }];
  refuses("barycenter1d", {
    ...each(bary, (o) => ot.barycenter1d([[1], [2]], o)),
    none: () => ot.barycenter1d([]),
    empty: () => ot.barycenter1d([[]]),
    length: () => ot.barycenter1d([{ values: [1, 2], weights: [1] }]),
    NaN: () => ot.barycenter1d([[nan]]),
  });
});

test("exact transport, grids", () => {
  const matrix = (cost: readonly number[], rows: number, columns: number) => ({
    cost: Float64Array.from(cost),
    rows,
    columns,
  });
  refuses("emd", {
    NaN: () => ot.emd(matrix([nan], 1, 1)),
    length: () => ot.emd(matrix([1], 1, 2)),
    size: () => ot.emd(matrix([], 0, 0)),
    root: () => ot.emd(matrix([1], 1, 1), undefined, { root: true }),
    "weights of a row": () => ot.emd({ ...matrix([1, 2], 1, 2), yWeights: [1, -1] }),
    "y beside costs": () => ot.emd(matrix([1], 1, 1), x),
    "y missing": () => ot.emd(x),
  });
  const grid = { values: [1, 2], shape: [2] };
  const boxes = [{ spacing: undefined }, { spacing: 0 }, { spacing: [1, 1] }, { beta: -1 }, { floor: 1 }];
  refuses("dualSobolevNorm", {
    ...each([...boxes, { beta: 1, floor: 0.5 }], (o) => ot.dualSobolevNorm(grid, { spacing: 1, ...o })),
    shape: () => ot.dualSobolevNorm({ values: [1, 2], shape: [3] }, { spacing: 1 }),
    "half a cell": () => ot.dualSobolevNorm({ values: [1, 2], shape: [2.5] }, { spacing: 1 }),
    "four axes": () => ot.dualSobolevNorm({ values: [1], shape: [1, 1, 1, 1] }, { spacing: 1 }),
    NaN: () => ot.dualSobolevNorm({ values: [1, nan], shape: [2] }, { spacing: 1 }),
  });
});

test("graph forms refuse shapes and options while the graph is built", () => {
  const rows = (...values: number[][]) => tf.tensor2d(values);
  const [one, wide] = [rows([1, 2]), rows([1, 2, 3])];
  refuses("wasserstein1dGraph", {
    shapes: () => ot.wasserstein1dGraph(one, wide),
    p: () => ot.wasserstein1dGraph(one, one, { p: 0 }),
    mask: () => ot.wasserstein1dGraph(one, one, { mask: wide }),
  });
  refuses("batchSlicedWassersteinGraph", { directions: () => ot.batchSlicedWassersteinGraph(one, one, rows([1])) });
});

test("the error is of the kind of what is wrong, and its message gives the value, the limit or the way out", () => {
  const weighted = (...weights: number[]) => cloud([0, 0, 1, 1], 2, weights);
  const costs = (values: readonly number[], rows: number, columns: number) => ({
    cost: Float64Array.from(values),
    rows,
    columns,
  });
  for (const call of Object.values(onClouds)) {
    throws(() => call(x, cloud([1, 2, 3], 3)), ShapeError, /dim/);
    throws(() => call(x, { ...y, count: 3 }), ShapeError, /points/);
    throws(() => call(cloud([0, nan, 0, 1]), y), DomainError, /NaN/);
    throws(() => call(weighted(1), y), ShapeError, /one weight/);
    throws(() => call(weighted(1, -1), y), DomainError, /≥ 0.*-1|-1.*≥ 0/);
    throws(() => call(weighted(0, 0), y), DomainError, /mass|positive/);
    throws(() => call(weighted(1, 2), weighted(1, 3)), DomainError, /3 and 4.*normalize: true/);
  }
  throws(() => ot.sinkhorn(x, y, { epsilon: -1 }), OptionsError, /epsilon is -1/);
  throws(() => ot.sinkhorn(x, y, { epsilon: 1, blur: 1 }), OptionsError, /either/);
  throws(() => ot.sinkhorn(x, y, { epsilon: 1e-20 }), DomainError, /emd/);
  throws(() => ot.sinkhorn(x), OptionsError, /two clouds/);
  throws(() => ot.sinkhorn(costs([1, 2, 3], 2, 2)), ShapeError, /cost/);
  throws(() => ot.emd(costs([0, 1, nan, 0], 2, 2)), DomainError, /NaN/);
  throws(() => ot.emd(x, y, { p: 0.5 }), OptionsError, /p is 0.5, expected .*≥ 1/);
  throws(() => ot.emd(costs([], 2 ** 14, 2 ** 14)), DomainError, /sinkhorn/);
  throws(() => ot.emd(cloud([1e200, 0]), cloud([-1e200, 0])), DomainError, /scale/);
  const sliced = (options: Wrong) => () => onClouds.slicedWasserstein!(x, y, options);
  throws(sliced({ rng: undefined }), OptionsError, /rng/);
  throws(sliced({ p: 0.5 }), OptionsError, /p is 0.5/);
  throws(sliced({ directions: 0 }), OptionsError, /directions is 0/);
  throws(sliced({ directions: { ...cloud([2, 0]), kind: "uniform" } }), DomainError, /norm/);
  throws(sliced({ directions: { ...cloud([1, 0, 0], 3), kind: "uniform" } }), ShapeError, /directions/);
  const norm = (options: Wrong) => () => ot.dualSobolevNorm({ values: [1, 2], shape: [2] }, { spacing: 1, ...options });
  throws(norm({ spacing: [1, 1] }), ShapeError, /spacing/);
  throws(norm({ floor: 1 }), OptionsError, /floor/);
  throws(norm({ floor: 0.5, beta: 1 }), OptionsError, /not both/);
  throws(() => ot.wasserstein1d([1], [1], { mask: [0] }), ShapeError, /expected/);
});

test.run();
