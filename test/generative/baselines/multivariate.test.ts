// Inside: rotations by themselves.
/** Multivariate bias correction: against numpy from the formulas, and what holds whatever the data. */
import { OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import { type JointSamples, reordered } from "../../../generative/baselines/rotated-map.ts";
import { multivariateCorrection } from "../../../generative/index.ts";
import { selectTimes } from "../../../io/dataset/index.ts";
import { Field, lazyField, readStations } from "../../../io/index.ts";
import { sampleDirections } from "../../../wasserstein/index.ts";
import { moreData } from "../../data.ts";
import { assert, axis, close, equalBy, evenly, refuses, test } from "../../harness.ts";
import { hasPython, pythonOn, skip } from "../../io/oracle.ts";

/** Three variables: a normal one, one that hangs on it by `slope`, and a skewed one that hangs on both. */
function sample(seed: number, n: number, slope: number): Float64Array[] {
  const draw = (k: number) => rng(seed).split(k).normal(n);
  const [a, b, c] = [draw(0), draw(1), draw(2)];
  const second = a.map((v, i) => slope * v + Math.sqrt(1 - slope ** 2) * b[i]!);
  return [a, second, a.map((v, i) => Math.exp(0.5 * (slope * (v - second[i]!) + c[i]!)))];
}

/** Marginals of the observations, as quantile mapping gives them, in the order of the model. */
function mapped(own: readonly Float64Array[], observed: readonly Float64Array[]): Float64Array[] {
  return own.map((values, k) => {
    const sorted = observed[k]!.slice().sort();
    const order = Array.from(values.keys()).sort((i, j) => values[i]! - values[j]!);
    const out = new Float64Array(values.length);
    order.forEach((i, rank) => {
      out[i] = sorted[rank]!;
    });
    return out;
  });
}

const rotations = (count: number, n: number) =>
  sampleDirections(count * n, n, { kind: "orthonormal", rng: rng(5) }).points;
const observed = sample(1, 400, 0.8);
const history = mapped(sample(2, 400, -0.5), observed);
const calibration: JointSamples = { observed, history, projected: history };
const turns = rotations(30, 3);

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    [n, sa, sb, saa, sbb, sab] = [n + 1, sa + x, sb + y, saa + x * x, sbb + y * y, sab + x * y];
  }
  return (n * sab - sa * sb) / Math.sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
}

/** Energy distance of two samples of points. */
function energy(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  const mean = (p: readonly Float64Array[], q: readonly Float64Array[]) => {
    let sum = 0;
    for (let i = 0; i < p[0]!.length; i++)
      for (let j = 0; j < q[0]!.length; j++) sum += Math.hypot(...p.map((axis, k) => axis[i]! - q[k]![j]!));
    return sum / (p[0]!.length * q[0]!.length);
  };
  return 2 * mean(a, b) - mean(a, a) - mean(b, b);
}

const formulas = `
import sys, json, numpy as np
d = json.load(sys.stdin)
o, h, p = (np.array(d[k]).T for k in ('observed', 'history', 'projected'))
n, taus = o.shape[1], (np.arange(d['quantiles']) + .5) / d['quantiles']
q = lambda v: np.quantile(v, taus, method='hazen')
z = lambda v: (v - v.mean(0)) / v.std(0)
O, H, P = z(o), z(h), z(p)
for R in np.array(d['rotations']).reshape(-1, n, n):
    A, B, C = O @ R.T, H @ R.T, P @ R.T
    for k in range(n):
        change = q(A[:, k]) - q(B[:, k])
        hist, proj = q(B[:, k]), q(C[:, k])
        B[:, k] += np.interp(B[:, k], hist, change)
        C[:, k] += np.interp(C[:, k], proj, change)
    H, P = B @ R, C @ R
rank = P.argsort(0, kind='stable').argsort(0, kind='stable')
print(json.dumps(np.take_along_axis(np.sort(p, 0), rank, 0).T.tolist()))
`;

test("the order of the corrected values is that of numpy's rotations, maps and ranks", () => {
  if (!hasPython("numpy")) return skip("no numpy for /usr/bin/python3");
  const projected = mapped(sample(3, 300, -0.3), sample(4, 300, 0.1));
  const few = rotations(6, 3);
  const ours = reordered({ observed, history, projected }, few, 50);
  const lists = (axes: readonly Float64Array[]) => axes.map((values) => [...values]);
  const theirs = pythonOn(formulas, {
    ...{ observed: lists(observed), history: lists(history), projected: lists(projected) },
    ...{ rotations: [...few], quantiles: 50 },
  });
  assert.equal(lists(ours), theirs);
});

test("of the calibration, marginals are the observed ones exactly, correlations are within 0.05, and the energy distance falls", () => {
  const ours = reordered(calibration, turns, 100);
  for (const [k, values] of ours.entries()) assert.equal(values.slice().sort(), observed[k]!.slice().sort());
  for (const [i, j] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const) {
    const [before, after, truth] = [history, ours, observed].map((axes) => correlation(axes[i]!, axes[j]!));
    assert.ok(Math.abs(before! - truth!) > 0.2, `${i}, ${j}: nothing to correct`);
    close(after!, truth!, 0.05, `${i}, ${j}`);
  }
  const [before, after] = [energy(history, observed), energy(ours, observed)];
  assert.ok(after < 0.05 * before, `${before} became ${after}`);
});

/** Days of several variables in some cells. */
function fields(axes: readonly Float64Array[], cells = 1): Field[] {
  return axes.map((values, k) => {
    const times = values.length / cells;
    return new Field({
      name: ["tas", "ps", "wind"][k]!,
      units: ["degC", "hPa", "m s-1"][k]!,
      dims: ["time", "lat", "lon"],
      shape: [times, 1, cells],
      values,
      coordinates: [
        axis("time", evenly(times), { units: "days since 2001-01-01", standard_name: "time" }),
        axis("lat", Float64Array.of(40), { units: "degrees_north" }, Float64Array.of(39, 41)),
        axis("lon", evenly(cells), { units: "degrees_east" }),
      ],
    });
  });
}
const pair = (axes: readonly Float64Array[]) => fields(axes.slice(0, 2), 2);
const data = { fine: pair(observed), coarse: pair(sample(2, 400, -0.5)), input: pair(sample(2, 400, -0.5)) };

test("fields are corrected cell by cell, the same for a seed and otherwise for another; gaps stay and take nothing with them", async () => {
  const options = { window: "year", quantiles: 200, seed: 1 } as const;
  const made = await multivariateCorrection(data, options);
  const cell = ({ values }: Field, k: number) => values.filter((_, i) => i % 2 === k);
  for (const k of [0, 1]) {
    const [tas, ps] = made.map((one) => cell(one, k));
    const [a, b] = data.fine.map((one) => cell(one, k));
    close(correlation(tas!, ps!), correlation(a!, b!), 0.05);
    // As many nodes as values: exact but for nodes in single precision (1e-7), between which changes are up to hundreds of times steeper.
    const sorted = [...a!].sort((p, q) => p - q);
    for (const [i, v] of [...tas!].sort((p, q) => p - q).entries()) close(v, sorted[i]!, 1e-4);
  }
  equalBy(made, ({ name, units }) => [name, units], [
    ["tas", "degC"],
    ["ps", "hPa"],
  ]);
  const [again, other] = [
    await multivariateCorrection(data, options),
    await multivariateCorrection(data, { ...options, seed: 2 }),
  ];
  assert.equal(again[1]!.values, made[1]!.values);
  assert.not.equal(other[1]!.values, made[1]!.values);

  const [tas, ps] = data.input as [Field, Field];
  const gappy = ps.with({ values: ps.values.map((v, i) => (i === 6 ? Number.NaN : v)) });
  const around = await multivariateCorrection({ ...data, input: [tas, gappy] }, options);
  equalBy(around, ({ values }) => [...values.keys()].filter((i) => Number.isNaN(values[i]!)), [[], [6]]);
});

test("lists that do not fit together are refused", async () => {
  const [tas] = data.fine as [Field];
  await refuses(multivariateCorrection({ fine: [tas], coarse: [tas], input: [tas] }), /at least 2/, OptionsError);
  await refuses(multivariateCorrection({ ...data, coarse: [tas] }), /coarse has 1 variables; expected 2/, OptionsError);
  await refuses(multivariateCorrection(data, { rotations: 0 }), /rotations is 0/, OptionsError);
  const short = tas.isel({ time: [0, 9] });
  await refuses(multivariateCorrection({ ...data, fine: [tas, short] }), /the times and the grid of/, ShapeError);
});

test("at Canadian stations the correlation of rain and temperature of CanESM2 becomes the observed one within 0.05 in every season", async () => {
  const [gauges, model] = [moreData("coarse/stations_ahccd_1950-2013.nc"), moreData("coarse/canesm2_1950-2100.nc")];
  if (gauges === undefined || model === undefined) return;
  const years = { dates: ["1961", "1980"] } as const;
  const open = async (path: string) => {
    const names = ["pr", "tasmax"];
    const found = await Promise.all(names.map(async (name) => readStations(`${path}:${name}`)));
    return found.map(({ field }) => selectTimes(lazyField(field), years));
  };
  const [fine, coarse] = [await open(gauges), await open(model)];
  const made = await multivariateCorrection({ fine, coarse, input: coarse }, { interval: 86_400 });
  const truth = await Promise.all(fine.map(async (one) => one.load()));
  const months = truth[0]!.times().map(({ iso }) => Number(iso!.slice(5, 7)));
  for (let k = 0; k < 3; k++) {
    for (let season = 0; season < 4; season++) {
      const of = ({ values }: Field) =>
        values.filter((_, i) => i % 3 === k && Math.floor((months[Math.floor(i / 3)]! % 12) / 3) === season);
      const [ours, theirs] = [made, truth].map(([pr, tas]) => correlation(of(pr!), of(tas!)));
      close(ours!, theirs!, 0.05, `station ${k}, season ${season}`);
    }
  }
});

test.run();
