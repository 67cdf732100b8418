/** The reach table from its records. */
import { isDoubted, isWithin, plain, type SuiteResult } from "../solver-suite/rows.ts";
import type { Rows } from "../tables/page.ts";
import type { DeepxdeTime } from "./deepxde.ts";
import { reachKinds } from "./problems.ts";

/** One solve; where constants are to be found, the error is the worst one's distance from the truth in standard deviations. */
export interface ReachResult extends SuiteResult {
  readonly method: string;
  /** Relative difference of the two finest resolutions of the code that found the truth: an error below it says little. */
  readonly truth?: number;
}

/** A classical code's time to the error of the worst seed, or to the least error that it came to. */
export interface ClassicalTime {
  readonly problem: string;
  readonly method: string;
  readonly target: number;
  readonly error: number;
  readonly seconds: number;
}

/** A row for each problem below one for its kind. */
export function reachTable(
  results: readonly ReachResult[],
  classical: readonly ClassicalTime[],
  deepxde: readonly DeepxdeTime[],
): Rows {
  const header = ["problem", "budget, s", "goal", "worst of seeds", "estimated", "doubted", "reached", "used, s"];
  const rows = reachKinds.flatMap(({ title, problems }) => {
    const own = problems.flatMap(({ name, goal, seconds = 6 }) => {
      const runs = results.filter(({ problem, budget }) => problem === name && budget === seconds);
      if (runs.length === 0) return [];
      const worst = runs.reduce((a, b) => (b.error > a.error ? b : a));
      const used = Math.max(...runs.map(({ processorSeconds }) => processorSeconds));
      const peer = classical.find(({ problem }) => problem === name);
      return [
        [
          ...[name, String(seconds), plain(goal), plain(worst.error), plain(worst.estimate)],
          ...[`${runs.filter(isDoubted).length} of ${runs.length}`, worst.error <= goal ? "yes" : "**no**"],
          ...[used.toFixed(1), ...peerCells(peer, used), deepxdeCell(deepxde.find(({ problem }) => problem === name))],
        ],
      ];
    });
    return own.length === 0 ? [] : [[`**${title}**`, ...header.map(() => ""), "", ""], ...own];
  });
  return [[...header, "classical code, to the same error", "ratio of times", "DeepXDE, 60 s"], ...rows];
}

/** Solves that end at their goal, beside classical codes that go as far; the last row counts those within ten times their time. */
export function atGoalTable(results: readonly ReachResult[], classical: readonly ClassicalTime[]): Rows {
  const listed = reachKinds
    .flatMap(({ problems }) => problems)
    .flatMap(({ name, goal }) => {
      const run = results.find(({ problem }) => problem === name);
      const peer = classical.find(({ problem }) => problem === name);
      return run && peer ? [{ name, goal, run, peer }] : [];
    });
  const near = listed.filter(({ run, peer }) => isNear(run.processorSeconds, peer));
  const rows = listed.map(({ name, goal, run, peer }) => [
    ...[name, plain(goal), plain(run.error), plain(run.estimate), run.processorSeconds.toFixed(2)],
    ...peerCells(peer, run.processorSeconds),
  ]);
  const header = ["problem", "tolerance", "error", "estimated", "used, s"];
  const count = ["within 10 ×", "", "", "", "", "", `${near.length} of ${listed.length}`];
  return [[...header, "classical code, to the same error", "ratio of times"], ...rows, count];
}

/** True where a classical code takes a tenth of the time at least, or does not come as far. */
const isNear = (used: number, { seconds, error, target }: ClassicalTime): boolean =>
  error > target || used <= 10 * seconds;

function deepxdeCell(run: DeepxdeTime | undefined): string {
  if (!run) return "–";
  const { error, target, seconds } = run;
  if (error === null) return "not finite";
  return error <= target ? `as good in ${seconds.toFixed(0)} s` : `error ${plain(error)}`;
}

function peerCells(peer: ClassicalTime | undefined, used: number): readonly string[] {
  if (!peer) return ["–", "–"];
  const { method, seconds, error, target } = peer;
  const short = error > target ? `, not below ${plain(error)}` : "";
  const time = seconds < 1 ? `${Number((1000 * seconds).toPrecision(2))} ms` : `${seconds.toFixed(1)} s`;
  return [`${method}: ${time}${short}`, short ? "–" : String(Number((used / seconds).toPrecision(2)))];
}

/** What can be counted of the table. */
export function reachCounts(results: readonly ReachResult[], classical: readonly ClassicalTime[]): Rows {
  const constants = new Set(reachKinds.at(-1)!.problems.map(({ name }) => name));
  const fields = results.filter(({ problem }) => !constants.has(problem));
  const rounding = (r: ReachResult) => r.error < 1e-11 && (r.estimate ?? 1) < 1e-10;
  const judged = fields.filter((r) => !rounding(r) && !(r.error < (r.truth ?? 0)));
  const small = judged.filter((r) => r.estimate !== null && r.estimate < r.error / 5);
  const wrong = fields.filter(({ error }) => !(error <= 0.1));
  const right = fields.filter(({ error }) => error <= 1e-3);
  const of = (part: readonly unknown[], all: readonly unknown[]) => `${part.length} of ${all.length}`;
  const problems = reachKinds
    .flatMap((kind) => kind.problems)
    .filter(({ name }) => results.some((r) => r.problem === name));
  const reached = problems.filter(({ name, goal }) => results.every((r) => r.problem !== name || r.error <= goal));
  const timed = problems.filter(({ name }) => classical.some((c) => c.problem === name));
  const near = timed.filter(({ name }) => {
    const peer = classical.find(({ problem }) => problem === name)!;
    const used = Math.max(...results.filter((r) => r.problem === name).map((r) => r.processorSeconds));
    return isNear(used, peer);
  });
  const long = Math.max(...results.map((r) => r.processorSeconds / r.budget));
  return [
    ["what", "goal", "found"],
    ["goals reached, worst of seeds", "all", of(reached, problems)],
    [
      "wrong by more than 0.1 without doubt",
      "0",
      of(
        wrong.filter((r) => !isDoubted(r)),
        wrong,
      ),
    ],
    ["right to 1e-3 and doubted", "1 in 20", of(right.filter(isDoubted), right)],
    [
      "estimate within a factor of 5, errors of rounding and below the truth's left out",
      "85 %",
      of(judged.filter(isWithin), judged),
    ],
    ["estimate too small by more than 5, of these", "–", of(small, judged)],
    ["longest run, share of its budget", "1.1", long.toFixed(2)],
    ["within 10 × of the classical code, or beyond its reach", "half", of(near, timed)],
  ];
}
