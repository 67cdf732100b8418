/** All kinds of optimizers: one row each holds what the rest of the system knows of it. */
import { OptionsError } from "../../engine/errors.ts";
import { adam } from "../../engine/training/optimizer.ts";
import { type Kind, ownKind } from "../own-kind.ts";
import type { LeastSquaresProgram } from "../residual/program.ts";
import { adamStepper } from "./adam.ts";
import { gaussNewton, gaussNewtonStepper } from "./gauss-newton.ts";
import type { Stepper } from "./optimizer.ts";

/** A kind of optimizer; the kind is also its name on the command line. */
export interface OptimizerKind<T extends Kind = Kind, O = never> {
  /**
   * Describes one: checks options and fills in defaults; takes also what it made, so that plain data can be checked.
   */
  readonly make: (options: O) => T;
  /** Sets one to work on rows. Its state, saved and restored, is that of the {@link Stepper}. */
  readonly start: (optimizer: T, program: LeastSquaresProgram) => Stepper;
  /** Steps on a set of points where nothing else is said. */
  readonly stepsPerRound: number;
}

const row = <T extends Kind, O>(kind: OptimizerKind<T, O>): OptimizerKind<T, O> => kind;

/** The rows. A new optimizer is a file of its own and a row here. */
const rows = {
  "gauss-newton": row({ make: gaussNewton, start: gaussNewtonStepper, stepsPerRound: 10 }),
  adam: row({ make: adam, start: adamStepper, stepsPerRound: 200 }),
};

/** The optimizers of this package, by kind. */
export const optimizerKinds = rows as unknown as Readonly<Record<string, OptimizerKind<Kind, object>>>;

/** Names of optimizers on the command line. */
export const optimizerNames: readonly string[] = Object.keys(rows);

/** An optimizer of this package, as plain data. */
export type KnownOptimizer = ReturnType<(typeof rows)[keyof typeof rows]["make"]>;

/**
 * An optimizer of your own, to be handed to `solve`: a kind that no optimizer here has, your options as plain data
 * (they are recorded, and compared when a run goes on), and how to set it to work.
 */
export interface OwnOptimizer extends Kind {
  /** Steps on a set of points where `solve` has no other number, ≥ 1. @defaultValue 50 */
  readonly stepsPerRound?: number;
  /**
   * Sets it to work on least squares: `size` parameters; loss, gradient, and the linearised rows. Called again, and
   * given the state, when the number of points grows.
   */
  start(program: LeastSquaresProgram): Stepper;
}

/** An optimizer of this package, or one that is handed in. */
export type AnyOptimizer = KnownOptimizer | OwnOptimizer;

const isOwn = (optimizer: AnyOptimizer, option: string): optimizer is OwnOptimizer =>
  ownKind(option, optimizer, "start", optimizerNames);

/**
 * Sees that an optimizer can be had.
 *
 * @param option - what it was given as
 * @throws OptionsError where the kind is unknown and no `start` is handed in, or an option is out of range
 */
export function checkOptimizer(optimizer: AnyOptimizer, option = "optimizer"): void {
  if (!isOwn(optimizer, option)) optimizerKinds[optimizer.kind]!.make(optimizer);
}

/** Options of Gauss–Newton that earlier versions recorded, always with the same values. */
const former: readonly string[] = ["floor", "trials", "refine"];

/** An optimizer as a record of any version has it, without options that are no more. */
export const recordedOptimizer = (optimizer: AnyOptimizer): AnyOptimizer =>
  optimizer.kind === "gauss-newton"
    ? (Object.fromEntries(
        Object.entries(optimizer).filter(([name]) => !former.includes(name)),
      ) as unknown as KnownOptimizer)
    : optimizer;

/** Steps on a set of points where nothing else is said. */
export function stepsOf(optimizer: AnyOptimizer): number {
  if (isOwn(optimizer, "optimizer")) return optimizer.stepsPerRound ?? 50;
  return optimizerKinds[optimizer.kind]!.stepsPerRound;
}

const methods = ["step", "changed", "state", "restore", "report"] as const;

/**
 * Sets an optimizer to work.
 *
 * @throws OptionsError as {@link checkOptimizer}, or where what your own gives lacks a method
 */
export function startOptimizer(optimizer: AnyOptimizer, program: LeastSquaresProgram): Stepper {
  if (!isOwn(optimizer, "optimizer")) {
    const { make, start } = optimizerKinds[optimizer.kind]!;
    return start(make(optimizer), program);
  }
  const stepper = optimizer.start(program);
  const missing = methods.find((name) => typeof stepper?.[name] !== "function");
  if (missing === undefined) return stepper;
  const message = `optimizer "${optimizer.kind}": what start() gives has no ${missing}(); it needs ${methods.join(", ")}`;
  throw new OptionsError(message, "optimizer", missing);
}
