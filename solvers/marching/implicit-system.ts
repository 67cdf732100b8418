/** Systems in time that an implicit method marches. */
import type { MultifrontalFactors } from "../../engine/numerics/multifrontal.ts";
import type { Past } from "./past.ts";
import type { Switches } from "./switches.ts";

/** A system in time. */
export interface ImplicitSystem {
  readonly size: number;
  /** Highest order in time of each component, 0 of algebraic ones. */
  readonly orders: Uint8Array;
  /** Components of one unknown, whose sizes are compared: a number for each. */
  readonly kinds: Int32Array;
  /** True where each component is measured by its own size, or beside that of its kind. */
  readonly alone: boolean;
  /** True where derivatives of F are the same everywhere. */
  readonly isFixed: boolean;
  /** True where moreover factors solve exactly, so that one iteration of Newton's is enough. */
  readonly isSolved: boolean;
  /** Earlier values that F depends on; whoever marches says where they are. */
  readonly past?: Past | undefined;
  /** Places at which F turns with the unknowns; whoever marches ends steps there. */
  readonly switches?: Switches | undefined;
  /** Operations of an evaluation, of a real factorisation, and of a real and a complex solution by factors. */
  readonly work: { readonly evaluation: number; readonly factorisation: number; readonly solution: number };
  /** F, in a new array. */
  evaluate(t: number, of: readonly Float64Array[]): Float64Array;
  linearise(t: number, of: readonly Float64Array[]): void;
  factor(re: number, im: number): Pick<MultifrontalFactors, "solve">;
}
