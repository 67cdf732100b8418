/**
 * Index reduction of systems without space: equations that hide constraints are differentiated in time as often as
 * Pantelides' algorithm says (SIAM J. Sci. Stat. Comput. 9, 1988, 213), and their start follows from all of them.
 */
import { call, differentiate, number, partial } from "../../equations/expression/index.ts";
import { linearForms, type Problem, type ValueCondition } from "../../equations/problem/index.ts";
import { type EvolutionForm, evolutionForm } from "./evolution-form.ts";
import { consistentStart } from "./hidden-constraints.ts";

/** Most times that an equation is differentiated. */
const mostTimes = 3;

const known = new WeakMap<Problem, Problem>();

/** The problem in equations of index 1; itself where its own are, or where no start is consistent with them. */
export function withLowerIndex(problem: Problem): Problem {
  const found = known.get(problem) ?? reduced(problem);
  known.set(problem, found);
  return found;
}

function reduced(problem: Problem): Problem {
  if (problem.axes.length > 1) return problem;
  const form = evolutionForm(problem);
  if (typeof form === "string" || form.past.length > 0) return problem;
  const plan = differentiations(problem, form);
  if (!plan?.times.some((count) => count > 0)) return problem;
  const start = consistentStart(problem, form, Math.max(...plan.times));
  if (!start) return problem;
  const starts: ValueCondition[] = [];
  for (const [unknown, order] of plan.orders.entries())
    for (let j = 0; j < order; j++) {
      const value = start(unknown, j);
      if (value === undefined) return problem;
      starts.push({
        ...{
          kind: "initial",
          on: { axis: 0, side: "low" },
          weight: 1,
          text: `${problem.unknowns[unknown]}, order ${j}`,
        },
        residual: call("sub", partial(unknown, [j]), number(value)),
        prescribes: { unknown, order: [j], value: number(value) },
      });
    }
  const others = problem.conditions.filter(
    (c) => c.kind !== "initial" || !c.prescribes || c.prescribes.order[0]! >= plan.orders[c.prescribes.unknown]!,
  );
  const equations = problem.equations.map((equation, i) => {
    let own = equation;
    for (let k = 0; k < plan.times[i]!; k++) own = differentiate(own, { axis: 0 }, 1);
    return own;
  });
  return { ...problem, equations, conditions: [...starts, ...others] };
}

/**
 * Times that each equation is differentiated, and the highest order of each unknown then: the fewest with which
 * every equation has a highest derivative of its own. Undefined where equations are too few for that.
 */
function differentiations(problem: Problem, form: EvolutionForm) {
  const n = form.inside.length;
  // Highest order of each unknown in each equation; −1 where it is not there.
  const order = linearForms(problem, problem.equations, problem.constants).map(({ terms }) => {
    const own = new Int32Array(n).fill(-1);
    for (const { unknown, order } of terms) own[unknown] = Math.max(own[unknown]!, order[0]!);
    return own;
  });
  const times = new Array<number>(n).fill(0);
  const orders = [...form.inTime];
  const ownerOf = new Int32Array(n).fill(-1);
  for (let first = 0; first < n; first++) {
    for (;;) {
      const [equations, unknowns] = [new Set<number>(), new Set<number>()];
      /** Looks for a highest derivative for an equation, along those that others could give up. */
      const matched = (i: number): boolean => {
        equations.add(i);
        for (let k = 0; k < n; k++) {
          const isHighest = order[i]![k]! >= 0 && order[i]![k]! + times[i]! === orders[k]!;
          if (!isHighest || unknowns.has(k)) continue;
          unknowns.add(k);
          if (ownerOf[k]! >= 0 && !matched(ownerOf[k]!)) continue;
          ownerOf[k] = i;
          return true;
        }
        return false;
      };
      if (matched(first)) break;
      for (const i of equations) times[i]!++;
      for (const k of unknowns) orders[k]!++;
      if ([...equations].some((i) => times[i]! > mostTimes)) return undefined;
    }
  }
  return { times, orders };
}
