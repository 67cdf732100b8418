/** Each score of fields against other programs (test/oracles/verification_peers.py): a row for each score and program. */
import { readFileSync } from "node:fs";
import { rng } from "../../engine/index.ts";
import {
  betaCdf,
  erfc,
  gammaCdf,
  logGamma,
  normalCdf,
  studentCdf,
  studentQuantile,
} from "../../engine/numerics/special.ts";
import { Field } from "../../io/index.ts";
import { type Verification, verify } from "../../verification/index.ts";
import { rankFlatness, sal } from "../../verification/scores/index.ts";
import { dieboldMariano } from "../../verification/significance/index.ts";
import { assert, close, test } from "../harness.ts";
import { rain, SIDE } from "../oracles/rain-by-congruence.ts";
import { maps } from "./maps.ts";

interface Row {
  readonly score: string;
  readonly program: string;
  readonly value: number;
  readonly [of: string]: string | number;
}
const { rows, differences }: { rows: Row[]; differences: number[] } = JSON.parse(
  readFileSync(new URL("../oracles/verification-peers.json", import.meta.url), "utf8"),
);

const [N, M] = [12, 5];
const CELLS = SIDE * SIDE;
const truthRain = rain(2, N);

const days = (values: Float64Array, members?: number) => maps(values, [SIDE, SIDE], { members });

function made(seed: number, jitter = 0): Float64Array {
  return rain(seed, N * M).map((v, i) => {
    const [time, cell] = [Math.floor(i / (M * CELLS)), i % CELLS];
    return 0.5 * truthRain[time * CELLS + cell]! + 0.5 * v + jitter;
  });
}

const truth = days(truthRain);
const options = { thresholds: [0.5, 5], fssWindows: [3, 9], sal: true, wetThreshold: 1e-12, spectrum: true } as const;
const found = await verify(days(made(1), M), truth, {
  ...options,
  against: days(made(3), M),
  bootstrap: { seed: 1, draws: 200, block: 3 },
  seed: 4,
});

const near = (actual: number, expected: number, what: string, tolerance = 1e-12) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, ${expected}`,
  );

/** Our value of a row. */
function ours({ scores }: Pick<Verification, "scores">, { score, threshold, a, b, x }: Row): number | undefined {
  const event = scores.events.find((e) => e.threshold === threshold);
  if (score === "tail") return scores.tail.find((t) => t.threshold === threshold)!.crps;
  if (event && score in event) return event[score as keyof typeof event];
  if (score in scores.sal) return scores.sal[score as keyof typeof scores.sal];
  if (score === "uncertainty") return scores.crpsResolution + scores.crpsPotential;
  if (score === "beta") return betaCdf(Number(a), Number(b), Number(x));
  return scores[score] as number | undefined;
}

test("every score of a made ensemble is what another program finds for it, to rounding", async () => {
  const single = await verify(days(made(1).filter((_, i) => Math.floor(i / CELLS) % M === 0)), truth, options);
  const compared = new Set<string>();
  for (const row of rows) {
    const what = JSON.stringify(row);
    compared.add(row.score);
    if (row.score === "fss") {
      near(single.scores.fss.find(({ window }) => window === row["window"])!.fss, row.value, what);
    } else if (row.score.startsWith("dieboldMariano")) {
      const test = dieboldMariano(differences, Number(row["horizon"]));
      if (row.score === "dieboldMariano") near(test.statistic, row.value, what);
      if (row.score === "dieboldMarianoP") near(test.p, row.value, what);
    } else if (row.score !== "rank") near(ours(found, row) ?? Number.NaN, row.value, what);
  }
  assert.is(compared.size, 25);
});

test("ranks without ties and dry cells are those of pysteps", async () => {
  const uniform = (seed: number, n: number) => {
    let state = seed;
    return Float64Array.from({ length: n }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    });
  };
  const [noise, other] = [uniform(9, N * CELLS), uniform(11, N * M * CELLS)];
  const sure = await verify(
    days(
      made(1).map((v, i) => v + 1e-6 * (1 + other[i]!)),
      M,
    ),
    days(truthRain.map((v, i) => v + 1e-6 * (1 + noise[i]!))),
    { wetThreshold: 1e-12 },
  );
  for (const row of rows.filter(({ score }) => score === "rank")) {
    near(sure.scores.rankHistogram[Number(row["rank"])]!, row.value, `rank ${row["rank"]}`);
  }
});

test("Diebold and Mariano's test of two forecasts runs over the maps' CRPS, blocks as horizon", () => {
  const expected = dieboldMariano(differences, 3);
  const { dieboldMariano: test } = found.against!;
  near(test!.statistic, expected.statistic, "statistic", 1e-9);
  assert.is(test!.horizon, 3);
  assert.is(test!.times, N);
});

test("CRPS = reliability + potential, Brier = reliability − resolution + uncertainty", () => {
  const { scores } = found;
  near(scores.crpsReliability + scores.crpsPotential, scores.crpsEcdf, "CRPS");
  for (const event of scores.events) {
    const rate = truthRain.filter((v) => v >= event.threshold).length / truthRain.length;
    near(event.brier, event.brierReliability - event.brierResolution + rate * (1 - rate), "Brier");
  }
});

test("the area under the ROC curve of the diagram is the score, and its dots count every cell", () => {
  for (const [k, { curve }] of found.diagrams.roc.entries()) {
    const area = curve.slice(1).reduce((sum, { pod, pofd }, i) => {
      return sum + ((pod + curve[i]!.pod) / 2) * (pofd - curve[i]!.pofd);
    }, 0);
    near(area, found.scores.events[k]!.rocArea, "area");
    const { dots } = found.diagrams.reliability[k]!;
    assert.is(
      dots.reduce((sum, { cells }) => sum + cells, 0),
      N * CELLS,
    );
    assert.equal(curve[0], { pod: 0, pofd: 0 });
    near(curve.at(-1)!.pod, 1, "last");
  }
});

test("a perfect forecast has SAL (0, 0, 0), one of twice the rain amplitude 2/3 alone, and a shifted one location alone", () => {
  const [height, width] = [20, 30];
  const blob = (row: number, column: number, peak: number) =>
    Float64Array.from({ length: height * width }, (_, i) => {
      const d = Math.hypot(Math.floor(i / width) - row, (i % width) - column);
      return d < 4 ? peak * (4 - d) : 0;
    });
  const one = blob(8, 8, 1);
  assert.equal(sal(one, one, height, width), { structure: 0, amplitude: 0, location: 0 });
  const twice = sal(blob(8, 8, 2), one, height, width);
  near(twice.structure, 0, "structure");
  near(twice.amplitude, 2 / 3, "amplitude");
  near(twice.location, 0, "location");
  const shifted = sal(blob(11, 12, 1), one, height, width);
  near(shifted.structure, 0, "structure");
  near(shifted.location, 5 / Math.hypot(height - 1, width - 1), "location");
  assert.ok(Number.isNaN(sal(new Float64Array(one.length), one, height, width).structure));
});

test("flat ranks pass the test of flatness as often as its p says, and shifted ones do not", () => {
  const random = rng(5);
  const maps = (shift: number) =>
    Array.from({ length: 120 }, () => ({
      time: undefined,
      positions: undefined,
      forecast: random.normal(new Float64Array(4 * 9)).map((v) => v + 10),
      truth: random.normal(new Float64Array(9)).map((v) => v + 10 + shift),
    }));
  const cases = (shift: number) => ({
    ...{ maps: maps(shift), members: 4, cells: 1080, shape: [3, 3], units: undefined, wetThreshold: null },
  });
  const p = Array.from({ length: 200 }, (_, k) => rankFlatness(cases(0), rng(k)).p);
  const below = (level: number) => p.filter((v) => v < level).length / p.length;
  near(below(0.5), 0.5, "half", 0.12); // 3.4 standard errors
  near(below(0.1), 0.1, "a tenth", 0.07);
  assert.ok(rankFlatness(cases(1), rng(1)).p < 1e-6);
});

test("erfc, Φ, the incomplete gamma function and ln Γ agree with scipy to 2e-14", () => {
  const peer = new URL("../oracles/downscaling-scores.json", import.meta.url);
  const { special }: { special: Record<string, number[]> } = JSON.parse(readFileSync(peer, "utf8"));
  const {
    x,
    shape,
    arg,
    erfc: e,
    normal,
    gamma,
    logGamma: ln,
  } = special as Record<string, number[]> & { x: number[]; shape: number[]; arg: number[] };
  const relative = (a: number, b: number, what: string) => close(a, b, 2e-14 * Math.abs(b) + 1e-300, what);
  for (const [i, v] of x.entries()) {
    relative(erfc(v), e![i]!, `erfc(${v})`);
    relative(normalCdf(v), normal![i]!, `Φ(${v})`);
  }
  for (const [i, a] of shape.entries()) {
    close(gammaCdf(a, arg[i]!), gamma![i]!, 1e-13, `P(${a}, ${arg[i]})`);
    close(logGamma(a), ln![i]!, 1e-14 * (1 + 4 * a), `ln Γ(${a})`);
  }
});

test("Student's t with one degree is Cauchy's law, and with many the normal one", () => {
  near(studentCdf(1, 1), 0.75, "t = 1");
  near(studentCdf(-Math.sqrt(3), 1), 1 / 6, "t = −√3");
  near(studentCdf(1.959963984540054, 1e7), 0.975, "normal", 1e-7);
  near(studentQuantile(0.95, 1), Math.tan(0.45 * Math.PI), "Cauchy", 1e-12);
  near(studentCdf(studentQuantile(0.05, 9), 9), 0.05, "nine degrees", 1e-13);
  near(studentQuantile(0.05, 9), -1.8331129326536337, "SciPy", 1e-11);
});

test("a region's scores are those of its cells alone, and all regions together have every cell", async () => {
  const regions = new Field({
    name: "region",
    dims: ["y", "x"],
    shape: [SIDE, SIDE],
    values: Float64Array.from({ length: CELLS }, (_, i) => (i % SIDE < 10 ? 1 : i % SIDE < 12 ? Number.NaN : 2)),
  });
  const forecast = days(made(1), M);
  const { regions: parts } = await verify(forecast, truth, { regions });
  assert.equal(Object.keys(parts), ["1", "2"]);
  const left = (field: Field) => field.isel({ x: [0, 10] });
  const alone = await verify(left(forecast), left(truth), {});
  near(parts["1"]!.scores.crps, alone.scores.crps, "CRPS");
  near(parts["1"]!.scores.energy, alone.scores.energy, "energy");
  assert.equal(parts["1"]!.cells, [N * SIDE * 10, N * SIDE * 10]);
  assert.equal(parts["2"]!.cells, [N * SIDE * 20, N * SIDE * 20]);
});

test.run();
