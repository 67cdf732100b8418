/** Finite input of any size gives finite numbers, or a typed error that begins with a function's name: never NaN. */
import fc from "fast-check";
import { isMongeError, rng } from "../../engine/index.ts";
import * as ot from "../../wasserstein/index.ts";
import {
  barycenter1d,
  type Cloud,
  dualSobolevNorm,
  emd,
  sinkhorn,
  sinkhornDivergence,
  slicedWasserstein,
  wasserstein1d,
} from "../../wasserstein/index.ts";
import { assert, test } from "../harness.ts";

/** Few different values, so that there are ties, over all of float64's range. */
const nasty = fc.constantFrom(
  0,
  -0,
  1,
  1,
  -1,
  2,
  0.1,
  1e-300,
  5e-324,
  -1e-160,
  1e-8,
  1e8,
  1e150,
  -1e160,
  1e300,
  -1e308,
);
const tame = fc.constantFrom(0, 0, 1, -1, 2, 0.1, 1e-8, 1e3);
const scales = [1e-3, 1e3, 1e-12, 1e12, 1e-160, 1e150, 1e-300, 1e300, 1.7e308, 5e-324];
const scaled = fc.constantFrom(...scales).map((scale) => {
  return fc.double({ min: -1, max: 1, noNaN: true }).map((v) => scale * v);
});
const mass = fc.constantFrom(0, 0, 1, 1, 3, 0.1, 1e-300, 1e-12, 1e9, 1e300);

const cloud = (value: fc.Arbitrary<number>, dim: number): fc.Arbitrary<Cloud> =>
  fc.array(fc.tuple(mass, ...Array.from({ length: dim }, () => value)), { minLength: 1, maxLength: 7 }).chain((rows) =>
    fc.boolean().map((weighted) => ({
      points: Float64Array.from(rows.flatMap((row) => row.slice(1))),
      count: rows.length,
      dim,
      ...(weighted && { weights: rows.map((row) => row[0]!) }),
    })),
  );

/** Every number in it, at any depth. */
function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.flatMap(numbersIn);
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(numbersIn) : [];
}

function finiteOrRefused(run: () => unknown): void {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    assert.ok(isMongeError(error), String((error as Error).stack));
    const { message } = error as Error;
    assert.ok((/^\w+/.exec(message)?.[0] ?? "") in ot, message);
    return;
  }
  const found = numbersIn(result).find((v) => !Number.isFinite(v));
  if (found !== undefined) assert.unreachable(`${found} in ${JSON.stringify(result)}`);
}

const withGradient = <T extends { gradient(): object }>(found: T) => ({ ...found, slopes: { ...found.gradient() } });

const many = { numRuns: 400, seed: 5 };

for (const [kind, values] of [
  ["of any size", fc.constant(nasty)],
  ["of common size", fc.constant(tame)],
  ["of one scale", scaled],
] as const) {
  const pairOf = (dim: number) => values.chain((value) => fc.tuple(cloud(value, dim), cloud(value, dim)));
  const pairs = fc.integer({ min: 1, max: 3 }).chain(pairOf);

  test(`on the line, values ${kind}`, () => {
    const order = fc.constantFrom(1, 1.5, 2, 7);
    fc.assert(
      fc.property(pairOf(1), order, fc.boolean(), ([x, y], p, root) => {
        finiteOrRefused(() => withGradient(wasserstein1d(x, y, { p, root, normalize: true })));
        finiteOrRefused(() => withGradient(wasserstein1d(x, y, { huber: 0.1, normalize: true })));
        finiteOrRefused(() => barycenter1d([x, y]));
        finiteOrRefused(() => barycenter1d([x, y], { count: 3 }));
      }),
      many,
    );
  });

  test(`sliced, coordinates ${kind}`, () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(1, 2, 3), fc.boolean(), ([x, y], p, root) => {
        const options = { p, root, normalize: true };
        finiteOrRefused(() => {
          const drawn = { directions: 4, rng: rng(1) };
          const { slices, ...rest } = withGradient(slicedWasserstein(x, y, { ...options, ...drawn }));
          // Costs of slices have no root.
          return [rest, root ? slices.filter((w) => w !== Number.POSITIVE_INFINITY) : slices];
        });
      }),
      { ...many, numRuns: 150 },
    );
  });

  test(`exact, coordinates ${kind}`, () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(1, 2, 3), fc.boolean(), ([x, y], p, root) => {
        finiteOrRefused(() => {
          const found = emd(x, y, { p, root, normalize: true });
          return { masses: found.plan().masses, ...withGradient(found) };
        });
        const costs = { cost: x.points, rows: x.count, columns: x.dim };
        finiteOrRefused(() => emd(costs, undefined, { normalize: true }).value);
      }),
      many,
    );
  });

  test(`entropic, coordinates ${kind}, ε from 1e-6 to 10 of the largest cost, balanced and not`, () => {
    const share = fc.constantFrom(undefined, 1e-6, 1e-3, 0.1, 10);
    const reach = fc.constantFrom(undefined, 1e-200, 1e-3, 1, 1e200);
    fc.assert(
      fc.property(pairs, share, reach, fc.boolean(), fc.boolean(), ([x, y], part, length, newton, online) => {
        let largest = 0;
        try {
          largest = emd(
            { ...x, weights: Array(x.count).fill(1) },
            { ...y, weights: Array(y.count).fill(1) },
            { normalize: true },
          ).value;
        } catch (error) {
          assert.ok(isMongeError(error));
        }
        const options = {
          normalize: true,
          online,
          maxIterations: 100,
          ...(part !== undefined && { epsilon: part * largest || 1 }),
          ...(length !== undefined && { reach: length }),
          ...(newton && { refine: "newton" as const }),
        };
        const all = (r: ReturnType<typeof sinkhorn>) => [
          ...[r.value, r.entropicValue, r.f, r.g, r.marginalError, r.linearCost, r.bounds, r.dualityGap, r.epsilon],
          ...[gradients(r.gradient()), r.plan().toDense()],
        ];
        // Of unbalanced transport in the weight of a point without weight it can be −∞.
        const gradients = ({ xWeights, yWeights, ...rest }: ReturnType<ReturnType<typeof sinkhorn>["gradient"]>) => [
          ...[xWeights, yWeights].map((part) =>
            length === undefined ? part : part.filter((v) => v !== Number.NEGATIVE_INFINITY),
          ),
          rest,
        ];
        finiteOrRefused(() => all(sinkhorn(x, y, options)));
        finiteOrRefused(() => {
          const r = sinkhornDivergence(x, y, options);
          return [r, gradients(r.gradient())];
        });
      }),
      many,
    );
  });

  test(`grids, values ${kind}`, () => {
    const dozen = values.chain((value) => fc.array(value, { minLength: 12, maxLength: 12 }));
    fc.assert(
      fc.property(dozen, fc.constantFrom(1e-300, 1e-3, 1, 1e3, 1e300), (v, spacing) => {
        finiteOrRefused(() => withGradient(dualSobolevNorm({ values: v, shape: [3, 4] }, { spacing })));
      }),
      { ...many, numRuns: 150 },
    );
  });
}

test.run();
