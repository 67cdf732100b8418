/** `monge solve --members`: one solution for each member of an ensemble of data, and the spread of their functionals. */
import { numberText } from "../../engine/text/number.ts";
import { type Problem, printProblem, readEnsemble } from "../../equations/problem/index.ts";
import { type OnGrid, onAxes, ownCoordinate, writeSolution } from "../../pages/solution-file.ts";
import { solve } from "../../solvers/automatic/index.ts";
import type { Solution } from "../../solvers/solution/index.ts";
import { checkFiles, Doubtful } from "../shell/failure.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import { startProgress } from "../shell/progress.ts";
import { emit, emitJson, say, shellWord } from "../shell/terminal.ts";
import { version } from "../shell/version.ts";
import type { SolveCommandOptions } from "./command.ts";
import { likeGrid, solutionLike } from "./like.ts";
import { ensembleOptions, gridOf } from "./plan.ts";

/** Mean, spread and extremes of a number over members. */
interface Spread {
  readonly mean: number;
  /** Standard deviation with n − 1. */
  readonly spread: number;
  readonly least: number;
  readonly most: number;
  /** Largest estimated error of a member. */
  readonly error: number;
}

/** Solves for every member, prints and writes. @throws OptionsError for options that are of one solution alone */
export async function solveMembers(path: string | undefined, o: SolveCommandOptions): Promise<void> {
  const common = ensembleOptions(path, o);
  checkFiles("PROBLEM", [path!]);
  const { nc } = o.output ?? {};
  await prepareOutputs(nc === undefined ? [] : [{ option: "output", path: nc }], [path!], o.overwrite);
  const problems = await readEnsemble(path!);
  const [first] = problems as [Problem, ...Problem[]];
  const like = o.like === undefined ? undefined : await likeGrid(path!, o.like, first, o.grid);
  const grid = like || nc === undefined ? undefined : gridOf(first, o)!;
  say(printProblem(first));
  say(`  ${problems.length} members, seed ${common.seed}`);
  const bar = startProgress("solving", problems.length, { unit: "members" });
  const members: { readonly report: Solution["report"]; readonly values: OnGrid | undefined }[] = [];
  try {
    for (const problem of problems) {
      const solution = await solve(problem, { ...common });
      const values = like ? await solutionLike(solution, like) : grid && onAxes(await solution.onGrid(grid));
      members.push({ report: solution.report, values });
      await solution.dispose();
      bar.update(members.length, solution.status);
    }
  } finally {
    bar.stop();
  }
  const reports = members.map(({ report }) => report);
  if (nc !== undefined) {
    const command = ["monge", ...process.argv.slice(2)].map(shellWord).join(" ");
    await writeSolution(nc, stacked(members.map(({ values }) => values!)), {
      title: printProblem(first),
      history: `${command} (monge ${version()}, Node ${process.versions.node}, seed ${common.seed})`,
      attributes: { members: members.length },
      overwrite: o.overwrite ?? false,
    });
    say(`wrote ${nc}`);
  }
  const spreads = spreadsOf(reports);
  if (o.json) emitJson({ members: reports, functionals: spreads });
  else emit(tableOf(reports, spreads));
  if (!o.allowDoubtful && reports.some(({ status }) => status === "doubtful")) throw new Doubtful("doubtful");
}

/** Members behind one another, along a dimension of their own. */
function stacked(members: readonly OnGrid[]): OnGrid {
  const [{ dims, shape, values, quantities, coordinates, gridMapping }] = members as [OnGrid, ...OnGrid[]];
  const join = (names: readonly string[], of: (one: OnGrid) => Readonly<Record<string, Float64Array>>) =>
    Object.fromEntries(names.map((name) => [name, Float64Array.from(members.flatMap((one) => [...of(one)[name]!]))]));
  const member = ownCoordinate("member", Float64Array.from(members.keys()));
  return {
    dims: ["member", ...dims],
    shape: [members.length, ...shape],
    values: join(Object.keys(values), (one) => one.values),
    quantities: join(Object.keys(quantities), (one) => one.quantities),
    coordinates: [{ ...member, attributes: { units: "1", standard_name: "realization" } }, ...coordinates],
    gridMapping,
  };
}

/** Of series the last number. */
function spreadsOf(reports: readonly Solution["report"][]): Readonly<Record<string, Spread>> {
  return Object.fromEntries(
    Object.keys(reports[0]?.functionals ?? {}).map((name) => {
      const all = reports.map(({ functionals }) => functionals![name]!);
      const values = all.map((one) => ("value" in one ? one.value : one.values.at(-1)!));
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
      const error = Math.max(...all.map((one) => ("value" in one ? one.error : one.errors.at(-1)!)));
      const [least, most] = [Math.min(...values), Math.max(...values)];
      return [name, { mean, spread: Math.sqrt(squares / (values.length - 1)), least, most, error }];
    }),
  );
}

function tableOf(reports: readonly Solution["report"][], spreads: Readonly<Record<string, Spread>>): string {
  const text = (v: number) => numberText(v, 4);
  const rows = [
    ...reports.map(({ status, estimate }, k) => [
      `member ${k}`,
      `${status}, estimated ${text(estimate?.relativeL2 ?? Number.NaN)}`,
    ]),
    ...Object.entries(spreads).map(([name, { mean, spread, least, most, error }]) => [
      name,
      `${text(mean)}, spread ${text(spread)}, from ${text(least)} to ${text(most)}; each ± ${text(error)}`,
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name!.length));
  return rows.map(([name, words]) => `${name!.padEnd(width)}  ${words}`).join("\n");
}
