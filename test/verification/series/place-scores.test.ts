/** Scores at stations against numpy: of all of them together, and of each by itself. */
import { readFileSync, writeFileSync } from "node:fs";
import { rng } from "../../../engine/index.ts";
import { writeField } from "../../../io/index.ts";
import { mongeDone, mongeHere } from "../../cli/run.ts";
import { assert, evenly, suite, temporaryFolder } from "../../harness.ts";
import { hasPython, pythonOn, skip } from "../../io/oracle.ts";
import { degrees, maps } from "../maps.ts";

const test = suite("scores at stations");
const { at } = temporaryFolder(test);

const [TIMES, MEMBERS, SIDE] = [30, 4, 6];
const random = rng(5);
const rain = (n: number) => Float64Array.from(random.normal(new Float32Array(n)), (z) => Math.max(0, 4 * z - 1));

const ensemble = maps(rain(TIMES * MEMBERS * SIDE * SIDE), [SIDE, SIDE], {
  ...{ members: MEMBERS, attributes: {}, since: "days since 2003-02-01" },
  lines: [degrees("lat", evenly(SIDE, 40)), degrees("lon", evenly(SIDE))],
});
/** Places in cells (row, column), and a fifth of the values missing. */
const spots = [
  [0, 0],
  [2, 3],
  [5, 4],
] as const;
const measured = spots.map(() => rain(TIMES).map((v, t) => ((t * 7) % 5 === 0 ? Number.NaN : v)));

const code = `
import sys, json, numpy as np
i = json.load(sys.stdin)
x, y = np.array(i['x']), np.array(i['y'], float)   # (station, time, member), (station, time); null is NaN
x, y = np.where(x < .1, 0, x), np.where(y < .1, 0, y)
M = x.shape[-1]
def scores(x, y):
    k = ~np.isnan(y); x, y = x[k], y[k]
    crps = np.abs(x - y[:, None]).mean() - np.abs(x[:, :, None] - x[:, None, :]).sum() / (2 * M * (M - 1) * len(y))
    e = x.mean(1) - y; rmse = np.sqrt((e ** 2).mean())
    less, same = (x < y[:, None]).sum(1), (x == y[:, None]).sum(1)
    below, above = ((less == 0) / (same + 1)).mean(), ((less + same == M) / (same + 1)).mean()
    q = [f for p in (.9, .99) for f in (np.quantile(y, p), np.quantile(x, p))]
    spread = np.sqrt((M + 1) / M * x.var(1, ddof=1).mean()) / rmse
    return [len(y), crps, np.abs(e).mean(), e.mean(), rmse, spread, y.mean(), x.mean(), (y > 0).mean(), (x > 0).mean(), below, above, *q]
all = scores(x.reshape(-1, M), y.ravel())
print(json.dumps(dict(all=all, each=[scores(a, b) for a, b in zip(x, y)])))
`;

test.before(() => writeField(at("ensemble.nc"), ensemble));

test("--stations scores the members of the cell that holds each station, together and one by one, as numpy does", async () => {
  if (!hasPython("numpy")) return skip("no numpy for /usr/bin/python3");
  const head = "id,longitude,latitude,time,value,units";
  const rows = spots.flatMap(([row, column], k) =>
    [...measured[k]!].map((v, t) => {
      const date = new Date(Date.UTC(2003, 1, 1 + t)).toISOString().slice(0, 10);
      return `s${k},${column + 0.3},${40 + row - 0.4},${date},${Number.isNaN(v) ? "" : v},mm`;
    }),
  );
  writeFileSync(at("gauges.csv"), [head, ...rows, `far,90,0,2003-02-01,1,mm`].join("\n"));
  const options = ["--stations", at("gauges.csv"), "--station-scores", at("each.csv"), "--quantiles", "0.9,0.99"];
  const said = await mongeDone(
    "verify",
    at("ensemble.nc"),
    ...options,
    "--draws",
    "0",
    "--interval",
    "86400",
    "--json",
  );
  assert.match(said.stderr, /4 stations.*in the cell that holds each; 1 lie outside.*far/);
  const { scores, ids } = JSON.parse(said.stdout) as {
    readonly ids: readonly string[];
    readonly scores: Readonly<Record<string, number>> & {
      readonly places: readonly Readonly<Record<string, unknown>>[];
    };
  };
  assert.equal(ids, ["s0", "s1", "s2", "far"]);
  const cell = ([row, column]: readonly [number, number]) => row * SIDE + column;
  const theirs = pythonOn(code, {
    y: measured.map((own) => [...own].map((v) => (Number.isNaN(v) ? null : v))),
    x: spots.map((spot) =>
      Array.from({ length: TIMES }, (_, t) =>
        Array.from({ length: MEMBERS }, (_, m) => ensemble.values[(t * MEMBERS + m) * SIDE * SIDE + cell(spot)]!),
      ),
    ),
  }) as { readonly all: readonly number[]; readonly each: readonly (readonly number[])[] };
  const near = (a: number, b: number, what: string) =>
    assert.ok(Math.abs(a - b) < 1e-9, `${what}: ${a}, numpy has ${b}`);
  for (const [k, name] of ["crps", "mae", "bias", "rmse", "spreadSkill"].entries())
    near(scores[name]!, theirs.all[k + 1]!, name);
  const [titles, ...lines] = readFileSync(at("each.csv"), "utf8").trim().split("\r\n");
  assert.is(
    titles,
    "id,longitude,latitude,count,crps,mae,bias,rmse,spread_skill,mean_truth,mean_forecast,wet_share_truth," +
      "wet_share_forecast,below_all,above_all,q90_truth,q90_forecast,q99_truth,q99_forecast",
  );
  for (const [k, own] of theirs.each.entries()) {
    const [id, , , ...numbers] = lines[k]!.split(",");
    assert.is(id, `s${k}`);
    own.forEach((v, i) => {
      near(Number(numbers[i]), v, `${id} ${titles!.split(",")[3 + i]}`);
    });
  }
  assert.is(lines[3], `far,90,0,0${",".repeat(15)}`);
});

test("--stations is the truth or TRUTH is, its forecasts are taken from cells or between them", async () => {
  writeFileSync(at("one.csv"), "id,longitude,latitude,time,value,units\na,1,41,2003-02-02,1,mm");
  const cases: readonly (readonly [args: readonly string[], pattern: RegExp])[] = [
    [[], /there is no truth\n.*\n +to do +give one: TRUTH, or --stations FILE/],
    [[at("ensemble.nc"), "--stations", at("one.csv")], /both a truth/],
    [["--stations", at("one.csv"), "--regrid", "conservative"], /--regrid conservative needs cells/],
    [["--stations", at("one.csv"), "--areas", "16km"], /cannot be used with option '--areas/],
    [
      ["--stations", at("one.csv"), "--against", "qm", "--coarse", at("ensemble.nc"), "--fine", at("ensemble.nc")],
      /monge downscale --method qm/,
    ],
    [[at("ensemble.nc"), "--station-scores", at("x.csv")], /--station-scores goes with --stations/],
  ];
  for (const [args, pattern] of cases) {
    const said = await mongeHere("verify", at("ensemble.nc"), ...args);
    assert.is(said.status, 2, said.stderr);
    assert.match(said.stderr, pattern);
  }
});

test.run();
