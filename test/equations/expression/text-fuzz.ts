// Inside: a reader of text.
/** Damaged texts of every kind that users write: read, or refused by a typed error. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { box, epsg, indexRange, intervals, timeRange } from "../../../cli/shell/read-options.ts";
import { readerOf } from "../../../cli/shell/table.ts";
import { positive, whole } from "../../../engine/checks.ts";
import { isMongeError, type Rng, rng } from "../../../engine/index.ts";
import { parseExpression, parsePredicate } from "../../../equations/expression/index.ts";
import { expandPatterns } from "../../../io/dataset/index.ts";
import { dateRange, precipitationUnits } from "../../../io/field/index.ts";
import { pickTimes } from "../../../io/field/select-time.ts";
import { parseTimeUnits } from "../../../io/index.ts";
import { pde, problemFromJson } from "../../../solvers/index.ts";
import { mongeHere } from "../../cli/run.ts";
import { assert, axis } from "../../harness.ts";

const scope = { axes: ["x", "y", "t"], time: 2, unknowns: ["u"], constants: ["k"] };
const heat = { name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = 0.1*u_xx" } as const;
const initial = { type: "initial", equation: "u = sin(pi*x)" } as const;
const walls = { type: "dirichlet", equation: "u = 0" } as const;
const json = JSON.stringify({ ...heat, conditions: [initial, { ...walls, on: "x = 0" }, { ...walls, on: "x = 1" }] });
const days = axis("time", Float64Array.of(0, 1, 31), { units: "days since 2018-06-01" });

type Reader = (text: string) => unknown;
const readers: Readonly<Record<string, readonly [read: Reader, good: readonly string[]]>> = {
  formulas: [
    (s) => parseExpression(s, scope, { unknowns: true }),
    ["u_t + u*u_x", "sin(pi*x)^2/3", "diff(x^2*y, x, y)"],
  ],
  predicates: [(s) => parsePredicate(s, scope), ["x < 0.5 and y > 0", "x^2 + y^2 <= 1 or t >= 0.5", "0 < x"]],
  units: [precipitationUnits, ["mm d-1", "kg m**-2 s^-1", "0.1 mm", "inch/hour"]],
  "units of time": [(s) => parseTimeUnits(s), ["days since 2000-01-01 00:00:00 +01:00", "months since 1850-1-1"]],
  dates: [(s) => dateRange(s, "standard"), ["2018-06-15T12:30", "2018-06", "-0500"]],
  equations: [
    (s) => pde({ ...heat, equations: s, conditions: [initial, walls] }),
    ["u_t = 0.1*u_xx", "u_t + u*u_x - u_xx = sin(x)"],
  ],
  conditions: [
    (s) => pde({ ...heat, conditions: [initial, { ...walls, equation: s }] }),
    ["u = 0", "u + 2*u_x = t", "u = exp(-t)*x"],
  ],
  places: [
    (s) => pde({ ...heat, conditions: [initial, { ...walls, on: s }] }),
    ["x", "x = 0", "x = 1 and t > 0.5", "all"],
  ],
  problems: [(s) => problemFromJson(s), [json, json.replaceAll(",", ", ")]],
  labels: [(s) => pickTimes("rain.nc", days, s), ["2018-06-02", "2018-07", "2018-06-01T00:00"]],
  "--time": [timeRange, ["2018-06:2018-08", "0:10", "#1000:1200", "2018-06-03T12:"]],
  "--box": [box, ["-5,40,5,50", "0,0,1,1"]],
  "--interval": [intervals, ["300,600", "time", "86400"]],
  numbers: [(s) => [readerOf(whole())(s), readerOf(positive())(s), epsg(s), indexRange(s)], ["32633", "12", "5:8"]],
};
const pieces = [..."()[]^*/+-.,0159eExtu_ :−π²\n{}'\"<>=#", "__proto__", "constructor", " since ", " and ", "null"];

const picker = (random: Rng) => {
  return <T>(list: readonly T[]): T =>
    list[Math.min(list.length - 1, Math.floor(random.uniform(1)[0]! * list.length))]!;
};

/** One piece put in, and perhaps a character taken out. */
function damage(good: readonly string[], of: ReturnType<typeof picker>): string {
  const text = of(good);
  const at = of([...text].map((_, k) => k));
  const piece = of([...pieces, ...good, of(pieces).repeat(300), ""]);
  return text.slice(0, at) + piece + text.slice(at + of([0, 1]));
}

const isTyped = (error: unknown) =>
  isMongeError(error) || (error as { readonly code?: unknown })?.code === "commander.invalidArgument";

/** @returns how many of the texts of each kind were read */
export function fuzzTexts(count: number, seed: number): Record<string, number> {
  const kinds = Object.entries(readers);
  const read: Record<string, number> = Object.fromEntries(kinds.map(([kind]) => [kind, 0]));
  const of = picker(rng(seed));
  for (let i = 0; i < count; i++) {
    const [kind, [reader, good]] = kinds[i % kinds.length]!;
    const text = damage(good, of);
    try {
      reader(text);
      read[kind]!++;
    } catch (error) {
      assert.ok(isTyped(error), `${kind} ${JSON.stringify(text.slice(0, 400))}: ${(error as Error).stack}`);
    }
  }
  return read;
}

/** Patterns of file names below an empty folder: nothing is found, or a typed error. */
export async function fuzzPatterns(count: number, seed: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "monge-patterns-"));
  const of = picker(rng(seed));
  let refused = 0;
  try {
    for (let i = 0; i < count; i++) {
      const text = damage(["*.nc", "a[0-9]?/pr_*.nc", "rain-{1,2}.zarr", "x/y.nc"], of);
      try {
        await expandPatterns([`${folder}/${text}`]);
      } catch (error) {
        assert.ok(isTyped(error), `${JSON.stringify(text.slice(0, 400))}: ${(error as Error).stack}`);
        refused++;
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return refused;
}

const commands = [
  ["info", "FILE", "--json"],
  ["convert", "FILE", "-o", "OUT", "--time", "0:9", "--box", "0,0,1,1", "--slab", "2"],
  ["solve", "FILE", "--steps", "30", "--width", "6"],
  ["downscale", "FILE", "FILE", "-o", "OUT", "--members", "2", "--seed", "1", "--interval", "86400"],
  ["train", "--data", "FILE", "--factor", "4", "--crop", "16", "--out", "OUT"],
  ["distance", "FILE", "FILE", "--p", "2"],
];

/** Words of commands on files that are not there: each ends with a status of its own, without a stack. */
export async function fuzzWords(count: number, seed: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "monge-words-"));
  const of = picker(rng(seed));
  const named = (word: string) =>
    word === "FILE" ? join(folder, "none.nc") : word === "OUT" ? join(folder, "out", "x.nc") : word;
  try {
    for (let i = 0; i < count; i++) {
      const words = [...of(commands)];
      const at = of(words.map((_, k) => k).slice(1));
      const word = words[at]!;
      words[at] =
        word === "FILE" || word === "OUT"
          ? of(["", " ", "\0", "-", "--", "no\nsuch", "x".repeat(5000)])
          : damage([word], of);
      const { status, stderr } = await mongeHere(...words.map(named));
      const where = JSON.stringify(words.map((w) => w.slice(0, 80)));
      assert.ok(status !== 0 || words.includes("-h"), `${where} ends well`);
      assert.not.match(stderr, /\n {4}at |unexpected error|TypeError|RangeError/, where);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
