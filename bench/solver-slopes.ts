/**
 * Is the error of slopes estimated well? What `report.estimate.gradient` says beside the relative error of all slopes (H¹ seminorm, axes in units of the domain's extent), and
 * `report.estimate.relativeL2` beside that of the unknowns, on those problems of the development half of `solver-suite` whose truth is a formula.
 *
 * `node --import tsx --conditions=source bench/solver-slopes.ts [--seconds 6] [--seeds 0-1] [--only NAME,…]`
 *
 * The rule, written before: an estimate is right within a factor of 5, and that of slopes stays in the report if it is so about as often as that of the unknowns (10 points less at most).
 */
import { parseArgs } from "node:util";
import { rng } from "../engine/random/rng.ts";
import { domainOf } from "../equations/domain/index.ts";
import { derivativesOfExpression, evaluateAt, parseExpression, partial, unit } from "../equations/expression/index.ts";
import { pde, scopeOf } from "../equations/problem/index.ts";
import { solve } from "../solvers/automatic/solve.ts";
import { development } from "./solver-suite/development.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "6" },
    seeds: { type: "string", default: "0-1" },
    only: { type: "string" },
  },
});

/** Solutions of texts that do not say theirs. */
const formulas: Readonly<Record<string, string>> = {
  "nagumo-front": "1/(1+exp((x-sqrt(2)*(1/2-a)*t)/sqrt(2)))",
  annulus: "log(x^2+y^2)/2 + x*y/(x^2+y^2)^2 + x",
  "euler-beam": "-x^4/24 + x^3/6 - x^2/4",
  "boundary-layer": "x - (exp((x-1)/epsilon) - exp(-1/epsilon))/(1-exp(-1/epsilon))",
  "burgers-step": "1/2 - tanh((x+0.4-t/2)/(4*nu))/2",
};

const [first, last = first] = values.seeds.split("-").map(Number);
const only = values.only?.split(",");
const digits = (v: number | undefined) => (v === undefined || !Number.isFinite(v) ? "–" : v.toExponential(1));
const right = { unknowns: 0, slopes: 0, all: 0 };
console.log(
  "| problem | seed | error | estimated | error of slopes | estimated | status |\n|---|--:|---|---|---|---|---|",
);
for (const { spec } of development.filter((p) => only?.includes(p.spec.name) ?? true)) {
  const problem = pde(spec);
  const text = formulas[spec.name];
  const exact = problem.exact ?? (text && [parseExpression(text, scopeOf(problem), { unknowns: false })]);
  if (!exact) continue;
  const d = problem.axes.length;
  const points = domainOf(problem.domain).interior(8192, rng(9).split("slopes"));
  const orders = [-1, ...problem.axes.keys()].map((k) => unit(d, k));
  // Unknown by unknown, each with its slopes.
  const asked = problem.unknowns.flatMap((_, u) => orders.map((order) => partial(u, order)));
  const truth = exact.flatMap((e) => {
    const derivative = derivativesOfExpression(e, d);
    return orders.map((order) => evaluateAt(derivative(order), points, d, problem.constants));
  });
  for (let seed = first!; seed <= last!; seed++) {
    const solution = await solve(problem, { seed, budget: { processorSeconds: Number(values.seconds) } });
    const found = await solution.expressions(asked, points);
    const { status, estimate } = solution.report;
    await solution.dispose();
    const error = (columns: readonly number[]) => {
      let [gap, size] = [0, 0];
      for (const c of columns) {
        const axis = (c % (d + 1)) - 1;
        const weight = axis < 0 ? 1 : (problem.bounds[axis]![1] - problem.bounds[axis]![0]) ** 2;
        for (let i = 0; i < points.length / d; i++) {
          gap += weight * (found[i * asked.length + c]! - truth[c]![i]!) ** 2;
          size += weight * truth[c]![i]! ** 2;
        }
      }
      return Math.sqrt(gap / size);
    };
    const all = [...asked.keys()];
    const [ofUnknowns, ofSlopes] = [
      error(all.filter((c) => c % (d + 1) === 0)),
      error(all.filter((c) => c % (d + 1) > 0)),
    ];
    const { relativeL2 = Number.NaN, gradient = Number.NaN } = estimate ?? {};
    if (Number.isFinite(relativeL2)) {
      right.all++;
      if (Math.max(relativeL2 / ofUnknowns, ofUnknowns / relativeL2) <= 5) right.unknowns++;
      if (Math.max(gradient / ofSlopes, ofSlopes / gradient) <= 5) right.slopes++;
    }
    const cells = [ofUnknowns, relativeL2, ofSlopes, gradient].map(digits);
    console.log(`| ${[spec.name, seed, ...cells, status].join(" | ")} |`);
  }
}
console.log(
  `\nwithin a factor of 5: of unknowns ${right.unknowns}, of slopes ${right.slopes}, of ${right.all} estimates, ${values.seconds} s each.`,
);
