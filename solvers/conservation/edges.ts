/** Conditions on the faces of a box, as states beside the outermost cells. */
import { type Expression, isZero, rewritten, spaceAxes, zero } from "../../equations/expression/index.ts";
import { type Condition, type ConservationLaw, linearForms, type Problem } from "../../equations/problem/index.ts";

/** The edge of an axis: both ends are one, or each has for every evolving unknown a prescribed value, or none. */
export type Edge =
  | { readonly kind: "periodic" }
  | {
      readonly kind: "values";
      readonly low: readonly (Expression | undefined)[];
      readonly high: readonly (Expression | undefined)[];
    };

/** The edges along every axis of space, and the start of every evolving unknown. */
export interface Edges {
  readonly along: readonly Edge[];
  readonly start: readonly Expression[];
}

/**
 * Edges and start as finite volumes take them: values of unknowns on faces, slopes of 0 along the normal, periodic axes,
 * and nothing where something flows out. Where no unknown of a face is prescribed, all flows out.
 *
 * @returns the edges, or why there is a condition that they cannot meet
 */
export function edgesOf(problem: Problem, { evolving, given }: ConservationLaw): Edges | { readonly refused: string } {
  const { time, conditions, axes } = problem;
  const space = spaceAxes(problem);
  const none = () => evolving.map((): Expression | undefined => undefined);
  const values = space.map(() => ({ low: none(), high: none() }));
  const periodic = space.map(() => new Set<number>());
  const start = none();
  for (const condition of conditions) {
    const refused = { refused: `"${condition.text}" is no value on a face, and no slope of 0` };
    if (condition.kind === "periodic") {
      const k = space.indexOf(condition.on.axis);
      if (k < 0) return refused;
      for (const unknown of condition.unknowns) periodic[k]!.add(unknown);
      continue;
    }
    const { on, prescribes } = condition;
    const isInitial = condition.kind === "initial";
    if (!isInitial && isFlat(problem, condition)) continue;
    if (prescribes === undefined || prescribes.order.some((o) => o > 0)) return refused;
    if (given.some(({ unknown }) => unknown === prescribes.unknown)) continue;
    const unknown = evolving.indexOf(prescribes.unknown);
    if (isInitial) {
      start[unknown] = prescribes.value;
      continue;
    }
    const faces =
      on === "boundary"
        ? space.map((axis) => ({ axis, side: "both" as const }))
        : typeof on === "object" && "axis" in on && on.axis !== time
          ? [on]
          : undefined;
    if (faces === undefined) return refused;
    for (const { axis, side } of faces) {
      const own = values[space.indexOf(axis)]!;
      if (side !== "high") own.low[unknown] = prescribes.value;
      if (side !== "low") own.high[unknown] = prescribes.value;
    }
  }
  const open = evolving.find((_, k) => start[k] === undefined);
  if (open !== undefined) return { refused: `the start of ${problem.unknowns[open]} is not prescribed` };
  const half = space.findIndex((_, k) => periodic[k]!.size > 0 && evolving.some((u) => !periodic[k]!.has(u)));
  if (half >= 0) return { refused: `not all unknowns are periodic in ${axes[space[half]!]}` };
  return {
    along: values.map((own, k): Edge => (periodic[k]!.size > 0 ? { kind: "periodic" } : { kind: "values", ...own })),
    start: start as Expression[],
  };
}

/** True for a condition on a face that says that slopes are 0. */
function isFlat(problem: Problem, { kind, residual, on }: Exclude<Condition, { kind: "periodic" }>): boolean {
  if (kind !== "neumann" || (on !== "boundary" && !(typeof on === "object" && "axis" in on))) return false;
  const [form] = linearForms(problem, [residual]);
  const atRest = form!.terms.every(({ order }) => order.reduce((a, b) => a + b, 0) === 1) && form!.linear;
  return atRest && isZero(withoutLeaves(form!.residual, new Set(form!.terms.map(({ name }) => name))));
}

/** A formula where data leaves are 0. */
function withoutLeaves(e: Expression, names: ReadonlySet<string>): Expression {
  return rewritten(e, (n) => (n.kind === "data" && names.has(n.name) ? zero : undefined));
}
