import { DomainError, OptionsError, ShapeError } from "../../../engine/index.ts";
import { gridDivergence, gridTransport, sinkhorn } from "../../../wasserstein/index.ts";
import { assert, close, test, throws } from "../../harness.ts";
import { randomField } from "./fields.ts";

const even = (first: number, step: number, n: number) => Float64Array.from({ length: n }, (_, i) => first + i * step);

/** Haversines, in kilometres. */
function greatCircle(lat: number, lon: number, lat2: number, lon2: number): number {
  const [a, b, c] = [lat, lat2, lon2 - lon].map((v) => (v * Math.PI) / 180) as [number, number, number];
  return (
    2 * 6371.0088 * Math.asin(Math.sqrt(Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(c / 2) ** 2))
  );
}

test("between two places the root of the cost is the great circle: a quarter of the equator, the poles, Helsinki to Paris", () => {
  for (const [from, to, radius, expected, tolerance] of [
    [[0, 0], [0, 90], 1, Math.PI / 2, 1e-12],
    [[90, 12], [-90, 99], 1, Math.PI, 1e-12],
    // 1910.6 km on the ellipsoid; the sphere is within 0.5 %.
    [[60.1699, 24.9384], [48.8566, 2.3522], undefined, 1910, 10],
  ] as const) {
    const latitude = from[0] === to[0] ? [from[0]] : [from[0], to[0]];
    const shape = [latitude.length, 2];
    const spot = (i: number) => ({ shape, values: new Float64Array(2 * latitude.length).fill(1, i, i + 1) });
    const sphere = {
      latitude,
      longitude: [from[1], to[1]],
      metric: "great-circle",
      ...(radius && { radius }),
    } as const;
    const { linearCost } = gridTransport(spot(0), spot(2 * latitude.length - 1), { sphere });
    close(Math.sqrt(linearCost), expected, tolerance);
  }
});

test("on great circles everything is Sinkhorn's with their costs", () => {
  const shape = [5, 6];
  const [a, b] = [randomField(1, shape), randomField(2, shape)];
  const sphere = { latitude: even(50, 2, 5), longitude: even(-4, 3, 6), metric: "great-circle" } as const;
  const cost = Float64Array.from({ length: 900 }, (_, i) => {
    const [u, v] = [Math.floor(i / 30), i % 30];
    const at = (k: number) => [sphere.latitude[Math.floor(k / 6)]!, sphere.longitude[k % 6]!] as const;
    return greatCircle(...at(u), ...at(v)) ** 2;
  });
  const options = { epsilon: 2e4, tolerance: 1e-10, maxIterations: 10_000 };
  const problem = { cost, rows: 30, columns: 30, xWeights: a.values, yWeights: b.values };
  const expected = sinkhorn(problem, undefined, options);
  const r = gridTransport(a, b, { ...options, sphere });
  close(r.entropicValue, expected.entropicValue, 1e-9 * expected.entropicValue);
  close(r.value, expected.value, 1e-9 * expected.value);
  const dense = expected.plan().toDense();
  for (const [k, v] of r.plan().toDense().entries()) close(v, dense[k]!, 1e-9);
  for (const [i, v] of expected.f.entries()) close(r.f[i]!, v, 1e-3);
  assert.equal(r.metricError?.distance, 0);
  assert.is(gridDivergence(a, a, { ...options, sphere }).value, 0);
});

test("the separable metric is off by no more than it says, and exact along a meridian and at the true latitude", () => {
  const shape = [5, 6];
  const [a, b] = [randomField(3, shape), randomField(4, shape)];
  const sphere = { latitude: even(55, -2, 5), longitude: even(350, 3, 6) } as const;
  const options = { epsilon: 1e4, tolerance: 1e-9, maxIterations: 10_000 };
  const plane = gridTransport(a, b, { ...options, sphere });
  const round = gridTransport(a, b, { ...options, sphere: { ...sphere, metric: "great-circle" } });
  const error = plane.metricError!;
  assert.ok(error.trueLatitude > 47 && error.trueLatitude < 55);
  assert.ok(Math.abs(plane.entropicValue - round.entropicValue) <= error.cost);
  assert.ok(Math.abs(plane.entropicValue - round.entropicValue) > 0 && error.distance < 100, `${error.distance} km`);
  const spot = (i: number) => ({ shape, values: Float64Array.from({ length: 30 }, (_, k) => (k === i ? 1 : 0)) });
  const north = gridTransport(spot(2 * 6 + 1), spot(1), { sphere });
  close(north.displacement().x[0]![13]!, greatCircle(51, 0, 55, 0), 1e-9);
  close(north.linearCost, greatCircle(51, 0, 55, 0) ** 2, 1e-6);
  const east = gridTransport(spot(13), spot(14), { sphere: { ...sphere, trueLatitude: 51 } });
  close(Math.sqrt(east.linearCost), greatCircle(51, 0, 51, 3), 0.05);
});

test("longitudes close: from 350° to 8° it is 18° eastward, whichever metric", () => {
  const shape = [1, 20];
  const longitude = even(8, 18, 20);
  const spot = (i: number) => ({ shape, values: Float64Array.from({ length: 20 }, (_, k) => (k === i ? 1 : 0)) });
  for (const metric of ["separable", "great-circle"] as const) {
    const r = gridTransport(spot(19), spot(0), { sphere: { latitude: [0], longitude, metric } });
    close(r.displacement().x[1]![19]!, greatCircle(0, 350, 0, 8), 1e-8);
  }
});

test("what does not fit is refused with the value and the way out", () => {
  const field = randomField(1, [3, 4]);
  const other = { values: field.values.map((v) => 2 * v), shape: [3, 4] };
  throws(
    () => gridTransport(field, { ...field, shape: [4, 3] }),
    ShapeError,
    /shape of y: expected \[3, 4\], got \[4, 3\]/,
  );
  const wide = { values: new Float64Array(20_000).fill(1), shape: [100, 200] };
  const found = gridTransport(wide, wide, { epsilon: 1e4, maxIterations: 1 });
  throws(() => found.plan(), DomainError, /^gridTransport.plan: 20000 × 20000 cells.*displacement/);
  const spots = (i: number) => ({
    ...wide,
    values: Float64Array.from({ length: 20_000 }, (_, k) => (k === i ? 1 : 0)),
  });
  const sparse = gridTransport(spots(3), spots(9), {}).plan();
  assert.equal([...sparse.rows, ...sparse.columns], [3, 9]);
  close(sparse.masses[0]!, 1, 1e-15);
  throws(() => sparse.toDense(), DomainError, /^plan.toDense: .*rows, columns and masses/);
  throws(() => gridTransport(field, other), DomainError, /weights sum to .*; pass `normalize: true`/);
  throws(() => gridTransport({ ...field, values: [1, 2] }, field), ShapeError, /x.values/);
  throws(() => gridTransport({ values: new Float64Array(12), shape: [3, 4] }, field), DomainError, /sum to 0/);
  const gap = { values: field.values.with(2, Number.NaN), shape: [3, 4] };
  throws(() => gridTransport(gap, field), DomainError, /x.values\[2\] is NaN.*`mask`/);
  throws(() => gridTransport(field, field, { epsilon: -1 }), OptionsError, /epsilon is -1/);
  throws(() => gridTransport(field, field, { epsilon: 1e-14 }), DomainError, /below the rounding/);
  throws(() => gridTransport(field, field, { p: 0.5 }), OptionsError, /p is 0.5/);
  throws(() => gridTransport(field, field, { spacing: 0 }), DomainError, /spacing is 0/);
  throws(() => gridTransport(field, field, { spacing: [1] }), ShapeError, /spacing/);
  throws(
    () =>
      gridTransport(field, field, {
        coordinates: [
          [0, 1, 1],
          [0, 1, 2, 3],
        ],
      }),
    DomainError,
    /only rise or only fall/,
  );
  throws(() => gridTransport(field, field, { spacing: 1, coordinates: [] }), OptionsError, /not both/);
  throws(
    () =>
      gridTransport(field, field, {
        coordinates: [
          [0, 1, 3],
          [0, 1, 2, 3],
        ],
        periodic: [true, false],
      }),
    OptionsError,
    /uneven/,
  );
  const sphere = { latitude: [0, 1, 2], longitude: [0, 1, 2, 3] };
  throws(() => gridTransport(field, field, { sphere: { ...sphere, latitude: [0, 45, 95] } }), DomainError, /95/);
  throws(
    () => gridTransport(field, field, { sphere: { ...sphere, longitude: [0, 120, 240, 360] } }),
    DomainError,
    /spans 360.*leave out the column/,
  );
  throws(() => gridTransport(field, field, { sphere: { ...sphere, radius: -1 } }), OptionsError, /radius/);
});

test.run();
