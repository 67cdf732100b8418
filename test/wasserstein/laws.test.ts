/** Laws of every distance between two clouds: those of a metric, of motions and scales, of masses, plans and derivatives. */
import { rng } from "../../engine/index.ts";
import type { Cloud, TransportPlan, Wasserstein1dOptions } from "../../wasserstein/index.ts";
import {
  emd,
  sampleDirections,
  sinkhorn,
  sinkhornDivergence,
  slicedWasserstein,
  upperTailWeight,
  wasserstein1d,
  wassersteinCircle,
} from "../../wasserstein/index.ts";
import { assert, close, test } from "../harness.ts";
import { normalCloud, numbers, shifted, slopeAlong, weightedCloud } from "./sliced/sliced-cases.ts";

interface Found {
  readonly value: number;
  plan?(): TransportPlan;
  gradient(): { readonly [part in "x" | "y" | "xWeights" | "yWeights"]?: Float64Array | undefined };
}

/** A distance of clouds, and what is known of it. */
interface Way {
  readonly name: string;
  readonly dim: number;
  readonly distance: (x: Cloud, y: Cloud) => Found;
  /** Its value grows with this power of the coordinates. */
  readonly power?: number;
  /** It is a metric: its root is taken. */
  readonly metric?: true;
  /** A cloud is at distance 0 from itself. */
  readonly separates?: true;
  /** Cost of a translation by t. */
  readonly shift?: (t: Float64Array) => number;
  /** Masses may differ. */
  readonly massFree?: true;
  /** Relative to the value; iterations end at a tolerance. */
  readonly tolerance: number;
}

const dim = 3;
const norm = (t: Float64Array) => Math.hypot(...t);
const samples = ({ points, weights }: Cloud) => ({ values: points, ...(weights && { weights }) });
const line = (options: Wasserstein1dOptions, known: Partial<Way>): Way => ({
  ...{ name: `on the line, ${Object.keys(options)} ${Object.values(options).map(Number)}`, dim: 1, tolerance: 1e-12 },
  distance: (x, y) => wasserstein1d(samples(x), samples(y), { normalize: true, ...options }),
  separates: true,
  ...known,
});
const directions = sampleDirections(2 * dim, dim, { kind: "orthonormal", rng: rng(8) });
const orders = [1, 1.5, 2, 3].flatMap(
  (p) =>
    [
      { p, root: false },
      { p, root: true },
    ] as const,
);
const order = ({ p, root }: (typeof orders)[number]) => ({
  power: root ? 1 : p,
  ...(root && { metric: true as const }),
});
const tight = { epsilon: 0.5, tolerance: 1e-13, maxIterations: 50_000 };

const ways: readonly Way[] = [
  ...orders.map((o) => line(o, { ...order(o), shift: (t) => norm(t) ** order(o).power })),
  line({ huber: 0.4 }, {}),
  line({ huber: 0.2, quantileWeight: upperTailWeight(0.5) }, {}),
  line({ p: 2, quantileWeight: upperTailWeight(0.1) }, { power: 2, shift: (t) => norm(t) ** 2 }),
  ...[1, 2].map(
    (p): Way => ({
      ...{ name: `on a circle, p ${p}`, dim: 1, separates: true, tolerance: 1e-12 },
      distance: (x, y) => wassersteinCircle(samples(x), samples(y), { p, period: 2.5, normalize: true }),
    }),
  ),
  ...orders.map(
    (o): Way => ({
      ...{ name: `emd, p ${o.p}, root ${o.root}`, dim, ...order(o), separates: true, tolerance: 1e-12 },
      distance: (x, y) => emd(x, y, { ...o, normalize: true }),
      shift: (t) => norm(t) ** order(o).power,
    }),
  ),
  ...orders.map(
    (o): Way => ({
      ...{ name: `sliced, p ${o.p}, root ${o.root}`, dim, ...order(o), separates: true, tolerance: 1e-12 },
      distance: (x, y) => slicedWasserstein(x, y, { ...o, directions, normalize: true }),
      // Both blocks of directions are orthonormal: Σ⟨θ, t⟩² = ‖t‖².
      ...(o.p === 2 && { shift: (t) => norm(t) ** order(o).power / Math.sqrt(dim) ** order(o).power }),
    }),
  ),
  ...[{ normalize: true }, { normalize: true, refine: "newton" as const }, { reach: 1.5 }].flatMap((options): Way[] => {
    const free = "reach" in options && { massFree: true as const };
    return [
      {
        ...{ name: `sinkhorn ${Object.keys(options)}`, dim, ...free, tolerance: 1e-9 },
        distance: (x, y) => {
          const found = sinkhorn(x, y, { ...tight, ...options });
          return { value: found.entropicValue, gradient: found.gradient, ...(!free && { plan: found.plan }) };
        },
      },
      {
        ...{ name: `sinkhornDivergence ${Object.keys(options)}`, dim, ...free, separates: true, tolerance: 1e-9 },
        distance: (x, y) => sinkhornDivergence(x, y, { ...tight, ...options }),
        ...(!free && { shift: (t) => norm(t) ** 2 }),
      },
    ];
  }),
];

/** Clouds with weights, of other mass where it may be, and two without. */
function drawn({ dim, massFree }: Way, seed = 1) {
  const [x, y] = [weightedCloud(rng(seed), 8, dim), weightedCloud(rng(seed + 100), 7, dim, 0.6)];
  const [z, w] = [normalCloud(rng(seed + 200), 9, dim, -0.3), normalCloud(rng(seed + 300), 9, dim, 0.4)];
  return { x, y: { ...y, weights: y.weights.map((v) => (massFree ? 1.7 : 1) * v) }, z, w };
}
const near = (way: Way, found: number, expected: number, what: string) =>
  close(found, expected, way.tolerance * (1 + Math.abs(expected)), `${way.name}, ${what}`);
const chosen = (cloud: Cloud, order: readonly number[], weights?: readonly number[]): Cloud => ({
  points: Float64Array.from(order.flatMap((i) => [...cloud.points.subarray(i * cloud.dim, (i + 1) * cloud.dim)])),
  ...{ count: order.length, dim: cloud.dim },
  weights: weights ?? order.map((i) => cloud.weights?.[i] ?? 1 / cloud.count),
});

test("a distance is symmetric, not negative, 0 from a cloud to itself, and with its root obeys the triangle inequality", () => {
  for (const way of ways)
    for (let seed = 1; seed <= 5; seed++) {
      const { x, y, z } = drawn(way, seed);
      const between = (a: Cloud, b: Cloud) => way.distance(a, b).value;
      const apart = between(x, y);
      near(way, between(y, x), apart, "symmetry");
      assert.ok(apart > 0, way.name);
      if (way.separates) near(way, between(x, x), 0, "itself");
      if (way.metric) assert.ok(between(x, z) <= apart + between(y, z) + 1e-12, `${way.name}, triangle`);
    }
});

test("the order of points, weights written out, an atom in two parts and a point without weight change nothing", () => {
  for (const way of ways) {
    const { x, y, z } = drawn(way);
    const plain = way.distance(x, y).value;
    const order = [5, 2, 7, 0, 1, 6, 4, 3];
    near(way, way.distance(chosen(x, order), y).value, plain, "order");
    near(way, way.distance(x, chosen(z, [...Array(9).keys()])).value, way.distance(x, z).value, "equal weights");
    const parts = [...x.weights, 0.4 * x.weights[2]!];
    parts[2]! *= 0.6;
    near(way, way.distance(chosen(x, [...Array(8).keys(), 2], parts), y).value, plain, "parts");
    const empty = shifted(chosen(x, [0], [0]), new Float64Array(x.dim).fill(0.9));
    const more = { points: Float64Array.of(...x.points, ...empty.points), count: 9, dim: x.dim };
    near(way, way.distance({ ...more, weights: [...x.weights, 0] }, y).value, plain, "no weight");
  }
});

test("a common shift changes nothing, a translation costs what is known of it, and a scale of lengths is a power of it", () => {
  for (const way of ways) {
    const { x, y } = drawn(way);
    const plain = way.distance(x, y).value;
    const by = rng(3).normal(way.dim);
    near(way, way.distance(shifted(x, by), shifted(y, by)).value, plain, "common shift");
    if (way.shift) near(way, way.distance(x, shifted(x, by)).value, way.shift(by), "translation");
    if (way.power === undefined) continue;
    for (const exponent of [-300, 4, 300]) {
      const scaled = (c: Cloud) => ({ ...c, points: c.points.map((v) => v * 2 ** exponent) });
      const { value, gradient } = way.distance(scaled(x), scaled(y));
      near(way, value / 2 ** (exponent * way.power), plain, `scale 2^${exponent}`);
      const [large, slopes] = [gradient(), way.distance(x, y).gradient()];
      for (const [i, g] of slopes.x!.entries())
        near(way, large.x![i]! / 2 ** (exponent * (way.power - 1)), g, "slopes");
      for (const [i, g] of slopes.xWeights!.entries())
        near(way, large.xWeights![i]! / 2 ** (exponent * way.power), g, "slopes of weights");
    }
  }
});

test("gradients in points and weights are central differences, and those of the points sum to 0 over both clouds", () => {
  for (const way of ways) {
    const { x, y, z, w } = drawn(way);
    for (const [left, right] of [
      [x, y],
      [z, w],
    ] as const) {
      const g = way.distance(left, right).gradient();
      for (const [part, side] of ["points", "weights"].flatMap((p) => [[p, "x"] as const, [p, "y"] as const])) {
        const gradient = part === "points" ? g[side] : g[`${side}Weights`];
        // Equal masses of equal numbers are a kink in the weights, where projections take the mean of both sides.
        const kink = part === "weights" && left === z;
        // Masses on a circle have no derivative.
        if (gradient === undefined || (kink && !/sliced/.test(way.name))) continue;
        const [cloud, f] =
          side === "x"
            ? [left, (c: Cloud) => way.distance(c, right).value]
            : [right, (c: Cloud) => way.distance(left, c).value];
        const along = numbers(`${part}${side}`, gradient.length);
        const difference = slopeAlong(
          f,
          cloud,
          part as "points",
          along,
          kink ? 1e-7 : way.tolerance > 1e-10 ? 1e-4 : 1e-6,
        );
        const slope = gradient.reduce((sum, v, i) => sum + v * along[i]!, 0);
        close(slope, difference, (kink ? 2e-5 : 1e-6) * (1 + Math.abs(difference)), `${way.name}, ${part} of ${side}`);
      }
      for (let k = 0; k < way.dim; k++) {
        const sum = [...g.x!, ...g.y!].reduce((s, v, i) => s + (i % way.dim === k ? v : 0), 0);
        near(way, sum, 0, `axis ${k}`);
      }
    }
  }
});

test("the gradient vanishes between equal clouds, also of a root", () => {
  for (const way of ways.filter(({ separates }) => separates)) {
    const { x } = drawn(way);
    const { x: slopes, y: others } = way.distance(x, x).gradient();
    for (const v of [...slopes!, ...others!]) near(way, v, 0, "equal clouds");
  }
});

test("the first mass at a point without any changes the value as the gradient says, at the ends and in between", () => {
  for (const way of ways.filter(({ name }) => !/circle|sliced|1\.5|3|huber|quantile/.test(name)))
    for (let seed = 1; seed <= 4; seed++) {
      const places = rng(seed)
        .uniform(6 * way.dim)
        .sort();
      const [x, y] = ["a", "b"].map((name) => {
        const weights = rng(seed)
          .split(name)
          .uniform(6)
          .map((w) => w + 0.1);
        for (const i of [1 + seed, ...(seed % 2 ? [0] : [5])]) weights[i] = 0;
        const total = weights.reduce((s, w) => s + w, 0);
        return { points: places, count: 6, dim: way.dim, weights: weights.map((w) => w / total) };
      }) as [Cloud & { weights: Float64Array }, Cloud & { weights: Float64Array }];
      const { value, gradient } = way.distance(x, y);
      for (const side of ["x", "y"] as const) {
        const [cloud, slopes] = [side === "x" ? x : y, gradient()[`${side}Weights`]!];
        const mean = way.massFree ? 0 : cloud.weights.reduce((s, w, k) => s + w * slopes[k]!, 0);
        for (const i of cloud.weights.keys()) {
          if (cloud.weights[i] !== 0) continue;
          const more = { ...cloud, weights: cloud.weights.with(i, 1e-6) };
          const after = side === "x" ? way.distance(more, y).value : way.distance(x, more).value;
          close(slopes[i]! - mean, (after - value) / 1e-6, 2e-4, `${way.name}, seed ${seed}, ${side}[${i}]`);
        }
      }
    }
});

test("finite clouds are at a finite distance: one point, all points at one place, weights of 0, float32, huge, tiny and far away", () => {
  for (const way of ways) {
    if (/circle|sinkhorn/.test(way.name)) continue;
    const { x, z, w } = drawn(way);
    const scaled = (scale: number, by = 0) => ({ ...z, points: z.points.map((v) => scale * v + by) });
    const clouds: readonly Cloud[] = [
      ...[x, { points: new Float64Array(way.dim), count: 1, dim: way.dim }, scaled(0, 2), scaled(1, 1e12)],
      ...[scaled(1e90), scaled(1e-90), { ...w, points: Float32Array.from(w.points) }],
      { ...z, weights: Float64Array.from(z.points.subarray(0, 9), (v) => Math.max(v, 0)) },
    ];
    for (const a of clouds)
      for (const b of clouds) {
        const { value } = way.distance(a, b);
        assert.ok(Number.isFinite(value) && value >= 0, `${way.name}: ${value}`);
        if (a === b) assert.is(value, 0, way.name);
      }
  }
});

test("a plan has the weights for its marginals, and costs the distance", () => {
  const total = (weights: ArrayLike<number>) => Array.from(weights).reduce((s, w) => s + w, 0);
  for (const way of ways) {
    const { x, y } = drawn(way);
    const found = way.distance(x, y);
    if (found.plan === undefined) continue;
    const { rows, columns, masses, shape } = found.plan();
    const [left, right] = [new Float64Array(shape[0]), new Float64Array(shape[1])];
    for (const [k, mass] of masses.entries()) {
      assert.ok(mass >= 0, way.name);
      left[rows[k]!]! += mass;
      right[columns[k]!]! += mass;
    }
    for (const [i, w] of x.weights.entries()) near(way, left[i]!, w / total(x.weights), "marginal of x");
    for (const [j, w] of y.weights.entries()) near(way, right[j]!, w / total(y.weights), "marginal of y");
    if (way.tolerance > 1e-10 || way.metric || /quantile/.test(way.name)) continue;
    const cost = masses.reduce(
      (s, q, k) => s + q * way.distance(chosen(x, [rows[k]!], [1]), chosen(y, [columns[k]!], [1])).value,
      0,
    );
    near(way, cost, found.value, "cost of the plan");
  }
});

test.run();
