/**
 * The assessment of every solution, whatever method found it. A method hands over its evidence, which is data.
 * Estimate, advice and status are made of it here alone.
 *
 * An error, of all unknowns together and of each number by itself, is
 *
 * 1. the largest that a comparison shows: a coarser march, the mesh before, a second solution, a correction; NaN where
 * none does;
 * 2. at least what noise of the observations allows;
 * 3. at least each share that is known otherwise: of the residual of u = 0 that is left, of observations that are
 * missed, and the like.
 *
 * The advice is that of the first warning in {@link order}. The status is
 *
 * 1. "diverged" where the method did, and "doubtful" where there is an advice;
 * 2. "converged" where the residual that was asked for is reached;
 * 3. where a tolerance was asked for, "converged" if the error is within it and the rows are resolved, else "budget";
 * 4. as the method ended.
 */
import { percentText } from "../../engine/text/number.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { Budget } from "../solution/budget.ts";
import type { ErrorEstimate, SolutionReport } from "../solution/solution.ts";
import type { Distance } from "./distance.ts";

/** Warnings in the order in which they count: causes before what follows from them. */
const order = {
  moving: "constants to be found were not at rest",
  missed: "observations are missed",
  unseen: "the start of what diffuses is neither given nor seen: the error is unknown",
  several: "a multiple of another function can be added: the error is unknown",
  ended: "a march ended before its time",
  start: "the start allows several solutions or none",
  illPosed: "the principal part and the conditions are ill-posed together",
  text: "the text leaves something open, and so does the solution",
  restless: "Newton's method did not come to rest",
  singular: "the equations are singular to rounding, or as far as a mesh shows",
  shock: "equations that steepen what they carry keep much of their terms",
  misfit: "the noise of observations is not known, or not what was given",
  constants: "a constant is loose, or far from its guess",
  alternative: "other constants fit as well",
  narrow: "a function changes between the points of elements",
  neighbour: "another eigenvalue is nearer to the guess",
  slopes: "slopes jump where several are allowed",
  unstable: "a march shows that small errors grow without measure",
  integrals: "integrals have too few nodes",
  left: "more than a fifth of the residual of u = 0 is left, or a thousandth and there is no comparison",
  part: "the error is small of all unknowns together, and large of one of them or of what is asked for",
  rows: "an equation, a condition or an integral keeps more than a third of its terms",
  imbalance: "elements leave an equation unbalanced",
  rounding: "rounding moves the solution",
  error: "the error of all unknowns together is large",
  stuck: "more features leave no less",
  another: "another solution leaves as little of the equations, or a step of Newton's method leads far",
} as const;

/** The name of a warning. */
export type Warning = keyof typeof order;

/** Advice by the name of its warning. */
export type Warnings = { readonly [D in Warning]?: string | undefined };

/**
 * Errors relative to the solution, as a {@link Distance} has them; elements have none of slopes and of the last moment.
 */
export type Sizes = Pick<Distance, "unknowns" | "each" | "quantities"> & Partial<Distance>;

/** Residual of an equation, a condition or an integral by itself. */
export interface RowResidual {
  /** As written, or as understood. */
  readonly text: string;
  /** Size of what is left over that of what is added up, from 0 to 1. */
  readonly share: number;
}

/** All that is known of the error of a solution. */
export interface Evidence {
  /** Errors that comparisons show. */
  readonly compared: readonly { readonly by: string; readonly error: Sizes }[];
  /** Errors that noise of the observations allows. */
  readonly noise?: Sizes | undefined;
  /** Shares that no error is below. */
  readonly known?: readonly { readonly by: string; readonly share: number }[];
  /** Relative errors of constants, by name. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Residual over that of u = 0, where the error is not seen otherwise. */
  readonly residualRatio?: number;
  readonly rows?: readonly RowResidual[];
  /** Warnings that do not follow from the numbers here. */
  readonly warnings: Warnings;
  /** Advice for a smaller error. */
  readonly more: string;
  /** Largest error of all unknowns without a warning. @defaultValue {@link doubtful} */
  readonly most?: number;
  /** The same of each unknown and of each quantity by itself. @defaultValue {@link doubtful} */
  readonly mostOfEach?: number;
  /** Unknowns whose own error says nothing: as well 0, or unbounded in a corner alone. */
  readonly excused?: readonly number[];
  /** Status as the method ended. */
  readonly ended: SolutionReport["status"];
  /** True where rows leave too much for an error to be believed that is as small as was asked. */
  readonly isUnresolved?: boolean;
}

/** Estimated error above which a solution is not to be believed. */
export const doubtful = 0.03;
/** Share of the residual of u = 0 that a solution may leave; with nothing to compare it with. */
export const [mostLeft, mostAlone] = [0.2, 1e-3];
/**
 * Share of its own terms that a row may leave: a bend in a hundredth of a line that is 1 % off leaves 0.3,
 * contradictions leave 0.9, a pulse that is passed by 0.4.
 */
const mostOfTerms = 1 / 3;

/** The words of an estimate that the noise of observations makes. */
export const byNoise = "the noise of observations";
const byResidual = "what its equations leave";
const moreData = "give it more observations, or conditions where there are none";

/** An error with the method that shows it. */
interface ShownError {
  readonly error: number;
  readonly by: string;
}

/** One number's error by all evidence. */
export function errorOf(
  { compared, noise, residualRatio = 0, known = [] }: Evidence,
  of: (sizes: Sizes) => number,
): ShownError {
  let found: ShownError = { error: Number.NaN, by: "nothing" };
  const atLeast = (error: number, by: string) => {
    if (!(found.error >= error)) found = { error, by };
  };
  for (const { by, error } of compared) if (Number.isFinite(of(error))) atLeast(of(error), by);
  const open = noise ? of(noise) : Number.NaN;
  if (!Number.isNaN(open)) atLeast(open, byNoise);
  for (const { by, share } of residualRatio > mostLeft ? [{ by: byResidual, share: residualRatio }, ...known] : known)
    if (share > found.error) found = { error: share, by };
  return found;
}

/** The estimate of a solution with its advice, and its status. */
export function assess(
  { unknowns, quantities }: Pick<Problem, "unknowns" | "quantities">,
  evidence: Evidence,
  { residual }: Pick<SolutionReport, "residual">,
  { tolerance, residual: target }: Pick<Budget, "tolerance" | "residual">,
): Pick<SolutionReport, "status"> & { readonly estimate: ErrorEstimate } {
  const {
    residualRatio = 0,
    rows = [],
    warnings: given,
    more,
    most = doubtful,
    mostOfEach = doubtful,
    excused = [],
    ended,
    isUnresolved,
  } = evidence;
  const error = (of: (sizes: Sizes) => number | undefined) => errorOf(evidence, (sizes) => of(sizes) ?? Number.NaN);
  const all = error((sizes) => sizes.unknowns);
  const own = unknowns.map((name, k) => ({ name, ...error(({ each }) => each[k]) }));
  const constants = Object.entries(evidence.constants ?? {}).map(([name, size]) => ({ name, error: size, by: all.by }));
  const asked = [...quantities.map(({ name }, k) => ({ name, ...error((s) => s.quantities[k]) })), ...constants];
  const isOpen = given.unseen !== undefined || given.several !== undefined;
  const warnings: Warnings = { ...given, left: muchLeft(), part: largePart(), rows: brokenRow(), error: largeError() };
  const advice = (Object.keys(order) as Warning[])
    .map((warning) => warnings[warning])
    .find((words) => words !== undefined);
  const [gradient, end] = [error((sizes) => sizes.gradient).error, error((sizes) => sizes.end).error];
  const named = (errors: readonly { readonly name: string; readonly error: number }[]) =>
    Object.fromEntries(errors.map(({ name, error: size }) => [name, size]));
  const estimate: ErrorEstimate = {
    relativeL2: isOpen ? Number.NaN : all.error,
    ...(!isOpen && own.length > 1 && { unknowns: named(own) }),
    ...(!isOpen && asked.length > 0 && { quantities: named(asked) }),
    ...(Number.isFinite(end) && { end }),
    ...(!isOpen && Number.isFinite(gradient) && { gradient }),
    ...(rows.length > 0 && { rows: Object.fromEntries(rows.map(({ text, share }) => [text, share])) }),
    by: isOpen ? "nothing" : all.by,
    ...(advice !== undefined && { advice }),
  };
  return { estimate, status: statusOf() };

  function muchLeft(): string | undefined {
    if (residualRatio > mostLeft) return `it leaves ${percentText(residualRatio)} of the residual of u = 0; ${more}`;
    return all.by === "nothing" && residualRatio > mostAlone
      ? `nothing could be compared with it, and it leaves ${percentText(residualRatio)} of the residual of u = 0; ${more}`
      : undefined;
  }

  function brokenRow(): string | undefined {
    const worst = rows.reduce<RowResidual | undefined>((a, b) => (a && !(b.share > a.share) ? a : b), undefined);
    return worst && worst.share > mostOfTerms
      ? `"${worst.text}" is left broken by ${percentText(worst.share)} of its terms: equations and conditions may contradict one another or ask for too much, or something narrow is not seen; look at the text; ${more}`
      : undefined;
  }

  function largePart(): string | undefined {
    if (!(all.error <= most)) return undefined;
    const isLarge = (one: ShownError) => !(one.error <= mostOfEach);
    const unknown = own.filter((one, k) => own.length > 1 && isLarge(one) && !excused.includes(k));
    const worst = unknown.sort((a, b) => b.error - a.error)[0] ?? asked.find(isLarge);
    if (worst === undefined) return undefined;
    const words = Number.isFinite(worst.error)
      ? `the error of ${worst.name} is estimated at ${percentText(worst.error)}`
      : `${worst.name} is not finite everywhere`;
    return `${words}; ${worst.by === byNoise ? moreData : more}`;
  }

  function largeError(): string | undefined {
    if (all.by === "nothing" || all.error <= most) return undefined;
    return all.by === byNoise
      ? `the noise of its observations allows errors of ${percentText(all.error)} of its size; ${moreData}`
      : `its error is estimated at ${percentText(all.error)}; ${more}`;
  }

  function statusOf(): SolutionReport["status"] {
    if (ended === "diverged") return ended;
    if (advice !== undefined) return "doubtful";
    if (target !== undefined && residual <= target) return "converged";
    if (tolerance === undefined) return ended;
    return all.error <= tolerance && !isUnresolved ? "converged" : "budget";
  }
}
