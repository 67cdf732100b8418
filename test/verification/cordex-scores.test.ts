/** The scores of CORDEX-ML-Bench: against NumPy and SciPy from its definitions, exact cases, and what is refused. */
import { DomainError, OptionsError, rng } from "../../engine/index.ts";
import type { Field } from "../../io/index.ts";
import { type CordexScores, cordexScores, type Verification, verify } from "../../verification/index.ts";
import { assert, close, refuses, test } from "../harness.ts";
import { hasPython, pythonOn, skip } from "../io/oracle.ts";
import { maps } from "./maps.ts";

const SIDE = [4, 5] as const;
const CELLS = 20;
const STARTS = { times: undefined, since: "days since 2001-01-01" };
/** Three years without a leap day. */
const DAYS = 3 * 365;

const rain = (seed: number, members = 1): Float32Array => {
  const [wet, amount] = [0, 1].map((k) =>
    rng(seed)
      .split(k)
      .uniform(DAYS * members * CELLS),
  ) as [Float64Array, Float64Array];
  return Float32Array.from(wet, (w, i) => (w < 0.4 ? Math.fround(0.2 - 9 * Math.log(amount[i]! || 0.5)) : 0));
};
const field = (values: Float32Array, units = "mm", members?: number): Field =>
  maps(values, SIDE, { since: STARTS.since, units, members });
type Found = CordexScores & Pick<Verification["scores"], "wasserstein">;
const of = async (forecast: Field, truth: Field, options = {}): Promise<Found> => {
  const { scores } = await verify(forecast, truth, { ...options, scores: [cordexScores()] });
  return { ...(scores["cordex"] as unknown as CordexScores), wasserstein: scores.wasserstein };
};

const definitions = `
import sys, json, numpy as np
from scipy.stats import wasserstein_distance
d = json.load(sys.stdin)
shape = (d['years'], 365, d['cells'])
x0, x1 = (np.array(d[k]).reshape(-1, d['cells']) for k in ('truth', 'forecast'))
def run(flags):
    best = now = 0
    for flag in flags:
        now = now + 1 if flag else 0
        best = max(best, now)
    return best
def longest(x, wet):
    y = (x >= 1) == wet
    return np.array([[run(y.reshape(shape)[k, :, c]) for c in range(shape[2])] for k in range(shape[0])]).mean(0)
index = {
    'mean': lambda x: x.mean(0),
    'rx1day': lambda x: x.reshape(shape).max(1).mean(0),
    'sdii': lambda x: np.where(x >= 1, x, 0).sum(0) / (x >= 1).sum(0),
    'cdd': lambda x: longest(x, False),
    'cwd': lambda x: longest(x, True),
    'lag1_corr': lambda x: np.array([np.corrcoef(c[1:], c[:-1])[0, 1] for c in x.T]),
    'interannual_var': lambda x: x.reshape(shape).mean(1).std(0),
    'txx': lambda x: x.reshape(shape).max(1).mean(0),
    'txn': lambda x: x.reshape(shape).min(1).mean(0),
}
print(json.dumps({
    'rmse': np.sqrt(((x1 - x0) ** 2).mean(0)).mean(),
    'pooled': wasserstein_distance(x1.ravel(), x0.ravel()),
    'cells': np.mean([wasserstein_distance(a, b) for a, b in zip(x1.T, x0.T)]),
    'indices': {k: [f(x0).mean(), f(x1).mean(), (f(x1) - f(x0)).mean(), np.abs(f(x1) - f(x0)).mean()] for k, f in index.items()},
}))
`;
interface Theirs extends Pick<CordexScores, "rmse"> {
  readonly pooled: number;
  readonly cells: number;
  readonly indices: Readonly<Record<string, readonly number[]>>;
}

for (const units of ["mm", "degC"]) {
  test(`scores of a field in ${units} are those of NumPy and SciPy by the benchmark's definitions`, async () => {
    if (!hasPython("scipy")) return skip("no scipy for /usr/bin/python3");
    const [truth, forecast] = [rain(1), rain(2).map((v) => Math.fround(0.9 * v + (units === "mm" ? 0 : 1)))];
    const input = { truth: [...truth], forecast: [...forecast], years: 3, cells: CELLS };
    const theirs = pythonOn(definitions, input) as Theirs;
    const made = { attributes: units === "mm" ? undefined : {}, name: units === "mm" ? "pr" : "tasmax" };
    const [x1, x0] = [forecast, truth].map((values) =>
      maps(values, SIDE, {
        since: STARTS.since,
        units,
        ...(units === "mm" ? {} : { name: made.name, attributes: {} }),
      }),
    );
    const ours = await of(x1!, x0!);
    close(ours.rmse, theirs.rmse, 1e-12);
    close(ours.wasserstein.pooled, theirs.pooled, 1e-10);
    close(ours.wasserstein.cells, theirs.cells, 1e-10);
    const names = [
      "mean",
      "lag1_corr",
      "interannual_var",
      ...(units === "mm" ? ["rx1day", "sdii", "cdd", "cwd"] : ["txx", "txn"]),
    ];
    assert.equal(Object.keys(ours.indices), names);
    for (const name of names) {
      const { truth: t, forecast: f, bias, absolute } = ours.indices[name]!;
      for (const [k, v] of [t, f, bias, absolute].entries()) close(v, theirs.indices[name]![k]!, 1e-10, name);
    }
  });
}

test("a forecast that is the truth has no error, and one of c times the truth W₁ of c − 1 times its mean", async () => {
  const truth = rain(1);
  const same = await of(field(truth), field(truth));
  assert.equal([same.rmse, same.ralsd, same.wasserstein.pooled, same.wasserstein.cells], [0, 0, 0, 0]);
  for (const { bias, absolute } of Object.values(same.indices)) assert.equal([bias, absolute], [0, 0]);
  const twice = await of(field(truth.map((v) => 2 * v)), field(truth));
  const mean = truth.reduce((a, b) => a + b, 0) / truth.length;
  close(twice.wasserstein.pooled, mean, 1e-10);
  close(twice.wasserstein.cells, mean, 1e-10);
  // 20 log₁₀ 2, in every ring.
  close(twice.ralsd, 20 * Math.log10(2), 1e-10);
});

test("rates per second and members in any order give the scores of sums of a day", async () => {
  const truth = rain(1);
  const members = rain(2, 2);
  const swapped = Float32Array.from(members, (_, i) => {
    const [day, member, cell] = [Math.floor(i / (2 * CELLS)), Math.floor(i / CELLS) % 2, i % CELLS];
    return members[(2 * day + 1 - member) * CELLS + cell]!;
  });
  const [one, other] = [
    await of(field(members, "mm", 2), field(truth)),
    await of(field(swapped, "mm", 2), field(truth)),
  ];
  close(one.rmse, other.rmse, 1e-12);
  close(one.wasserstein.pooled, other.wasserstein.pooled, 1e-12);
  const rate = (values: Float32Array, members?: number) =>
    field(
      values.map((v) => v / 86_400),
      "kg m-2 s-1",
      members,
    );
  const perSecond = await of(rate(members, 2), rate(truth), { interval: 86_400 });
  for (const name of ["rx1day", "sdii", "cdd", "cwd"]) {
    close(perSecond.indices[name]!.absolute, one.indices[name]!.absolute, 1e-4, name);
  }
});

test("a cell with a gap is left out of the scores of cells, and a run of dry days ends where a day is missing", async () => {
  const values = new Float32Array(10 * CELLS).fill(0);
  const gap = values.map((v, i) => (i === 3 ? Number.NaN : v));
  const found = await of(maps(gap, SIDE), maps(values, SIDE));
  assert.equal(found.cells, CELLS - 1);
  const times = [0, 1, 2, 3, 4, 6, 7, 8, 9, 10];
  const broken = await of(maps(values, SIDE, { times }), maps(values, SIDE, { times }));
  assert.equal(broken.indices["cdd"]!.truth, 5);
});

test("W₁ of a cell is over its own times where others have gaps, and a forecast of the same values in another order has none pooled", async () => {
  // Two times; one cell lacks the second, where its error would be 5.
  const truth = new Float32Array(2 * CELLS).fill(1);
  const other = truth.map((_, i) => (i >= CELLS ? (i === CELLS ? Number.NaN : 6) : 1));
  const found = await verify(maps(other, SIDE), maps(truth, SIDE));
  close(found.scores.wasserstein.cells, ((CELLS - 1) * 2.5) / CELLS, 1e-12);
  close(found.scores.wasserstein.pooled, ((CELLS - 1) * 5) / (2 * CELLS - 1), 1e-12);
  const mixed = rain(1);
  const turned = mixed.slice().reverse();
  const { scores } = await verify(field(turned), field(mixed));
  assert.equal(scores.wasserstein.pooled, 0);
  assert.ok(scores.wasserstein.cells > 0.01);
});

test("times that are no days, and fields without a cell of every day, are refused", async () => {
  const values = new Float32Array(4 * CELLS).fill(1);
  const hours = maps(values, SIDE, { since: "hours since 2001-01-01" });
  await refuses(of(hours, hours), /need one map a day/, OptionsError);
  const holes = values.map((v, i) => (Math.floor(i / CELLS) === 1 + (i % 2) ? Number.NaN : v));
  await refuses(of(maps(holes, SIDE), maps(values, SIDE)), /no cell has every day/, DomainError);
});

test.run();
