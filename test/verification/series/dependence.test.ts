/** Correlations between variables, against numpy. */
import { OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import type { Field } from "../../../io/index.ts";
import { dependenceScores } from "../../../verification/index.ts";
import { assert, axis, closeRelative, evenly, refuses, test } from "../../harness.ts";
import { hasPython, pythonOn, skip } from "../../io/oracle.ts";
import { degrees, maps } from "../maps.ts";

const [days, cells, members] = [730, 4, 3];

/** A field of days in some cells, with members where there are several. */
function field(name: string, count: number, value: (day: number, member: number, cell: number) => number): Field {
  const values = Float64Array.from({ length: days * count * cells }, (_, i) =>
    value(Math.floor(i / (count * cells)), Math.floor(i / cells) % count, i % cells),
  );
  const lat = axis("lat", Float64Array.of(40), { units: "degrees_north" }, Float64Array.of(39, 41));
  const lines = [lat, degrees("lon", evenly(cells))];
  const members = count > 1 ? count : undefined;
  return maps(values, [1, cells], { members, name, units: "1", attributes: {}, since: "days since 2001-01-01", lines });
}

const noise = (...key: readonly number[]) => key.reduce((r, k) => r.split(k), rng(3)).normal(1)[0]!;
const cycle = (day: number) => 280 - 10 * Math.cos((2 * Math.PI * day) / 365);
/** Three variables; the last cell has one that is constant, and some values are missing. */
const variables = (seed: number, count: number, slope: number) => [
  field("tas", count, (d, m, c) => cycle(d) + noise(seed, d, m, c)),
  field("pr", count, (d, m, c) => (c === 3 ? 1 : Math.exp(slope * noise(seed, d, m, c) + noise(seed, d, m, c, 1)))),
  field("wind", count, (d, m, c) => ((d + c) % 50 === 0 ? Number.NaN : cycle(d) / 50 + noise(seed, d, m, c, 2))),
];
const [forecast, truth] = [variables(1, members, 0.5), variables(2, 1, 0.9)];

const formulas = `
import sys, json, warnings, numpy as np
warnings.simplefilter('ignore')
d = json.load(sys.stdin)
f, t = (np.array([[np.nan if v is None else v for v in one] for one in d[k]]).reshape(3, 730, -1, 4) for k in ('forecast', 'truth'))
month = (np.datetime64('2001-01-01') + np.arange(730)).astype('datetime64[M]').astype(int) % 12 + 1
out = []
def cor(v, when, i, j):
    there = when[:, None, None] & ~np.isnan(v).any(0)
    return np.array([[np.corrcoef(v[i, there[:, m, c], m, c], v[j, there[:, m, c], m, c])[0, 1] for c in range(4)] for m in range(v.shape[2])])
for i, j in ((0, 1), (0, 2), (1, 2)):
    for s in range(4):
        when = month % 12 // 3 == s
        a, b = cor(f, when, i, j).mean(0), cor(t, when, i, j)[0]
        k = ~np.isnan(a + b)
        gap = np.abs(a - b)[k]
        out.append([int(k.sum()), b[k].mean(), a[k].mean(), gap.mean(), (gap <= .05).mean()])
print(json.dumps(out))
`;

test("correlations by season, place and member are numpy's, over the times at which all variables have values", async () => {
  if (!hasPython("numpy")) return skip("no numpy for /usr/bin/python3");
  const lists = (fields: readonly Field[]) =>
    fields.map(({ values }) => Array.from(values, (v) => (Number.isNaN(v) ? null : v)));
  const theirs = pythonOn(formulas, { forecast: lists(forecast), truth: lists(truth) }) as number[][];
  const ours = await dependenceScores(forecast, truth, { by: "season" });
  assert.equal(ours.length, theirs.length);
  assert.equal(
    [ours[0]!.variables, ours[0]!.part, ours[5]!.variables, ours[5]!.part],
    [["tas", "pr"], "DJF", ["tas", "wind"], "MAM"],
  );
  for (const [k, { places, truth: t, forecast: f, difference, within }] of ours.entries()) {
    assert.is(places, theirs[k]![0]);
    // Sums of squares of 280 K lose six digits of sixteen.
    [t, f, difference, within].forEach((v, n) => {
      closeRelative(v, theirs[k]![n + 1]!, 1e-8, `${k}, ${n}`);
    });
  }
});

test("a forecast that is the truth has its correlations, the year's cycle counts without seasons, and lists that do not fit are refused", async () => {
  const [same] = await dependenceScores(truth, truth);
  assert.equal([same!.difference, same!.within, same!.part], [0, 1, "year"]);
  const [, yearly] = await dependenceScores(truth, truth);
  const seasonal = (await dependenceScores(truth, truth, { by: "season" })).filter(
    (one) => one.variables[1] === "wind",
  );
  assert.ok(seasonal.every((one) => one.truth < yearly!.truth));
  await refuses(
    dependenceScores(truth.slice(1), truth),
    /2 variables of the forecast and 3 of the truth/,
    OptionsError,
  );
  await refuses(dependenceScores(truth, forecast), /4 places.* no members/, ShapeError);
});

test.run();
