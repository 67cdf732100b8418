/** The table and the verdicts of `bench/narrow-features/run.ts`, by the rule in research/narrow-features/RULE.md. */
import type { Rows } from "../tables/page.ts";

/** One run. */
export interface NarrowRun {
  readonly problem: string;
  readonly sampler: string;
  readonly seed: number;
  readonly budget: number;
  readonly steps: number;
  /** Relative L² error. */
  readonly l2: number;
  /** Largest error over the largest value. */
  readonly max: number;
  readonly status: string;
}

/** Samplers as pages name them, where the record is shorter. */
const titles: Readonly<Record<string, string>> = {
  "χ² on a tree": "chi-square on a tree",
  "χ² by a mixture": "chi-square by a mixture",
  "Wasserstein paper": "AAS as published",
  "Wasserstein flow": "dual Sobolev norm by a flow",
  "DAS flow": "DAS (a flow)",
};
const titled = (sampler: string): string => titles[sampler] ?? sampler;
/** Samplers that are no form of the adversary. */
const others = ["uniform", "Sobol", "RAD", "PACMANN"];

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [upper, lower] = [sorted[sorted.length >> 1]!, sorted[(sorted.length - 1) >> 1]!];
  return (lower + upper) / 2;
}

/** The error that counts: at most that of u = 0. */
const counted = (l2: number): number => Math.min(l2, 1);

/** The interval of the geometric mean of ratios: 2.5 % and 97.5 % quantiles over all resamples of the pairs. */
export function ratioInterval(
  errors: readonly number[],
  beside: readonly number[],
): { readonly ratio: number; readonly low: number; readonly high: number } {
  const n = errors.length;
  const logs = errors.map((error, i) => Math.log(error / beside[i]!));
  const means = Float64Array.from({ length: n ** n }, (_, sample) => {
    let [rest, sum] = [sample, 0];
    for (let k = 0; k < n; k++, rest = Math.floor(rest / n)) sum += logs[rest % n]!;
    return sum / n;
  }).sort();
  const at = (share: number) => Math.exp(means[Math.floor(share * (means.length - 1))]!);
  return { ratio: Math.exp(logs.reduce((a, b) => a + b, 0) / n), low: at(0.025), high: at(0.975) };
}

const names = (values: readonly string[]) => [...new Set(values)];

/** The errors of each sampler on a problem, by seed, lowest median first. */
function ranked(runs: readonly NarrowRun[], problem: string) {
  const on = runs.filter((run) => run.problem === problem);
  return names(on.map(({ sampler }) => sampler))
    .map((sampler) => {
      const own = on.filter((run) => run.sampler === sampler).sort((a, b) => a.seed - b.seed);
      const errors = own.map(({ l2 }) => counted(l2));
      return { sampler, own, errors, median: median(errors) };
    })
    .sort((a, b) => a.median - b.median);
}

const shown = (value: number): string => value.toExponential(1);

/** One row a problem and sampler, lowest median first. */
export function narrowRows(runs: readonly NarrowRun[]): Rows {
  const rows = names(runs.map(({ problem }) => problem)).flatMap((problem) =>
    ranked(runs, problem).map(({ sampler, own, errors, median: middle }) => [
      ...[problem, titled(sampler), String(own.length), shown(middle), errors.map(shown).join(", ")],
      ...[shown(median(own.map(({ max }) => max))), median(own.map(({ steps }) => steps)).toFixed(0)],
    ]),
  );
  return [
    ["problem", "points by", "runs", "median", "relative L² by seed, at most 1", "largest error", "steps"],
    ...rows,
  ];
}

/** Median errors alone, one column a problem. */
export function narrowMedians(runs: readonly NarrowRun[]): Rows {
  const problems = names(runs.map(({ problem }) => problem));
  const orders = problems.map((problem) => ranked(runs, problem));
  const rows = names(runs.map(({ sampler }) => sampler)).map((sampler) => [
    titled(sampler),
    ...orders.map((order) => {
      const middle = order.find((one) => one.sampler === sampler)!.median;
      return order[0]!.sampler === sampler ? `**${shown(middle)}**` : shown(middle);
    }),
  ]);
  return [["points by", ...problems], ...rows];
}

/** One line a verdict, as the rule has them. */
export function narrowVerdicts(runs: readonly NarrowRun[]): readonly string[] {
  // Runs by seed: a sampler that is useless on two seeds has no others.
  const interval = (of: { readonly errors: readonly number[] }, to: { readonly errors: readonly number[] }) => {
    const both = Math.min(of.errors.length, to.errors.length);
    return ratioInterval(of.errors.slice(0, both), to.errors.slice(0, both));
  };
  const said = ({ ratio, low, high }: ReturnType<typeof ratioInterval>) =>
    `${ratio.toPrecision(2)} (${low.toPrecision(2)} to ${high.toPrecision(2)})`;
  const problems = names(runs.map(({ problem }) => problem)).map((problem) => {
    const order = ranked(runs, problem);
    const [best, next] = [order[0]!, order[1]!];
    return { problem, order, best, next, wins: interval(best, next).high < 1 };
  });
  const lines = problems.map(({ problem, order, best, next, wins }) => {
    const useless = order.filter((one) => one.median >= 0.5).map(({ sampler }) => titled(sampler));
    const form = order.find(({ sampler }) => !others.includes(sampler))!;
    const other = order.find(({ sampler }) => others.includes(sampler))!;
    return (
      `${problem}, ${best.errors.length} seeds: ${titled(best.sampler)} ${wins ? "wins" : "leads and does not win"}, ${said(interval(best, next))} of ${titled(next.sampler)}; ` +
      `${titled(form.sampler)} is ${said(interval(form, other))} of ${other.sampler}; useless: ${useless.join(", ") || "none"}`
    );
  });
  const forms = names(runs.map(({ sampler }) => sampler)).filter((sampler) => !others.includes(sampler));
  const chosen = forms.find((form) => {
    const won = problems.filter(({ best, wins }) => wins && best.sampler === form);
    const rest = problems.filter((one) => !won.includes(one));
    const reaches = rest.every(
      ({ order, best }) => interval(order.find(({ sampler }) => sampler === form)!, best).low <= 1,
    );
    return won.length >= 2 && reaches;
  });
  return [...lines, `rule of choice: ${chosen === undefined ? "none" : titled(chosen)}`];
}
