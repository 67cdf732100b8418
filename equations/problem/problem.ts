/** Types of problems: what a user writes (`ProblemSpec`, plain JSON) and what `pde` makes of it (`Problem`). */
import type { DomainSpec, Interval } from "../domain/spec.ts";
import type { ColumnFunction, Expression } from "../expression/expression.ts";
import type { DataSpec } from "./data-spec.ts";
import type { Functional } from "./functionals.ts";
import type { GridSpec } from "./grid-functions.ts";

/**
 * The place of a condition, as written: `"boundary"` (all of it, in space), the name of an axis (both of its faces),
 * one face as `"x = -1"`, or a predicate as `"x < 0 and y > 0"` that picks points of the boundary in space, with
 * equations as in `"y = 0 and x < 0"`, a part of a face; or the same as an object, where `edge` k of a polygon runs
 * from vertex k to the next, and `group` is a part of a mesh's boundary that has a name, which a text may name as well.
 */
export type PlaceSpec =
  | string
  | { readonly axis: string; readonly side?: "low" | "high" | "both" }
  | { readonly edge: number }
  | { readonly group: string }
  | { readonly where: string };

/** The place and the weight of a condition. */
export interface ConditionOptions {
  /** Several places as a list, or with `or`: `"x = 0 or x = 1"`. `@defaultValue "boundary"` */
  readonly on?: PlaceSpec | readonly PlaceSpec[];
  /** Factor of the squared residual where the condition is a row of the least-squares problem. `@defaultValue 1` */
  readonly weight?: number;
}

/** A condition as written. `equation: "exact"` prescribes the exact (or manufactured) solution. */
export type ConditionSpec =
  | ({
      readonly type: "dirichlet" | "neumann" | "robin";
      readonly equation: string | readonly string[];
    } & ConditionOptions)
  | { readonly type: "initial"; readonly equation: string | readonly string[]; readonly weight?: number }
  | {
      /**
       * A condition on a line or surface inside of the domain: the unknowns of its two sides agree there, or their
       * fluxes do.
       */
      readonly type: "interface";
      readonly equation: string | readonly string[];
      /** Its equation, such as `"x = 0.5"` or `"x^2 + y^2 = 0.25"`; the normal points to where left > right. */
      readonly on: string;
      readonly weight?: number;
    }
  | {
      readonly type: "periodic";
      /** The axis, or the axes. */
      readonly on: string | readonly string[];
      /** `@defaultValue` all */
      readonly unknowns?: readonly string[];
      readonly weight?: number;
    };

/** ∫ left dΩ = right, over the whole domain, or over space at one time. */
export interface IntegralSpec {
  /** Left: the integrand. Right: a formula in constants. */
  readonly equation: string;
  /** The time of an integral over space, or `"every t"`. `@defaultValue` over the whole domain */
  readonly at?: { readonly t: number } | "every t";
  /** Of its row in the loss, > 0. `@defaultValue 1` */
  readonly weight?: number;
}

/** Measurements of an unknown, or of any formula of it such as `u_x`. */
export interface ObservationSpec {
  /** `@defaultValue` the first unknown */
  readonly quantity?: string;
  /** Row-major [n, axes], or n rows. `@defaultValue` those of the columns */
  readonly points?: ArrayLike<number> | readonly (readonly number[])[];
  /** n values. `@defaultValue` those of the columns */
  readonly values?: ArrayLike<number>;
  /** In the place of points and values: coordinates by axis, and values by the quantity, or by "value". */
  readonly columns?: Readonly<Record<string, readonly number[]>>;
  /** A CSV file of such columns, beside the problem's file. */
  readonly file?: string;
  /**
   * Standard deviation of the noise, > 0. `@defaultValue` what the solution leaves; beside observations whose noise is
   * given, 1
   */
  readonly sigma?: number;
}

/** The prior of a constant to be found: normal, about the guess. It counts as one more observation. */
export interface PriorSpec {
  readonly guess: number | string;
  /** Standard deviation, > 0. */
  readonly sigma: number;
}

/** A formula for each unknown: alone (one unknown), in order, or by name. */
export type SolutionSpec = string | readonly string[] | Readonly<Record<string, string>>;

/** An unknown coefficient. */
export interface FieldSpec {
  /**
   * Weight of its slopes beside the residuals of the equations, > 0: it is smooth where neither equations nor data
   * determine it.
   */
  readonly smooth: number;
  /** A first guess, a number or a formula of the coordinates. `@defaultValue 0` */
  readonly guess?: number | string;
  /** The axes on which it depends; its slopes along others count as much as the equations. `@defaultValue` all */
  readonly over?: readonly string[];
}

/** A domain with formulas of constants in the place of numbers. */
export type WrittenDomain = Written<DomainSpec>;

type Written<T> = T extends number
  ? number | string
  : T extends string | undefined
    ? T
    : { readonly [K in keyof T]: Written<T[K]> };

/** Checks that a problem may be freed from, when its author knows better. */
export type Allowance = "missing-condition" | "corner-mismatch" | "lost-flux";

/**
 * A residual that a formula cannot say (a table, a switch, a fitted curve), as tensor operations. Problems with one
 * cannot be read from JSON.
 *
 * @example { name: "decay", inputs: ["u_t", "u"], residual: ([ut, u]) => tf.add(ut!, tf.relu(u!)) }
 */
export interface FunctionResidual {
  /** Formulas of unknowns, their derivatives, coordinates and constants, such as `"u_xx"`, `"nu*u_x"`, `"t"`. */
  readonly inputs: readonly string[];
  /** From one column [n, 1] per input to the column of residuals; differentiable by tfjs with respect to its inputs. */
  readonly residual: ColumnFunction;
  /** For printing. `@defaultValue "residual"` */
  readonly name?: string;
}

/** An equation as text, or a residual as a function. */
export type EquationSpec = string | FunctionResidual;

/** A problem as written, in code or in a JSON file. */
export interface ProblemSpec {
  /** For messages and the names of runs. */
  readonly name: string;
  /**
   * Boxes as `{ x: [-1, 1], t: [0, 1] }`, in many dimensions `{ "x1..x10": [-1, 1] }`; shapes as in the domain module.
   * `t` is time. Numbers may be formulas of constants, as in `{ x: ["-pi", "pi"] }`.
   */
  readonly domain: WrittenDomain;
  /** `@defaultValue ["u"]` */
  readonly unknowns?: readonly string[];
  /**
   * Those unknowns that are complex; `i`, `re`, `im`, `conj`, `abs` then have a meaning. They are solved for as `psiRe`
   * and `psiIm`.
   */
  readonly complex?: readonly string[];
  /**
   * Unknown coefficients: functions that have no equation of their own, each with a network of its own. A number is
   * `smooth` alone.
   */
  readonly fields?: Readonly<Record<string, number | FieldSpec>>;
  /** Numbers on which the solution depends as well, with their ranges: one solution for all of them. Boxes alone. */
  readonly parameters?: Readonly<Record<string, readonly [number | string, number | string]>>;
  /**
   * Functions by their heads: `{ "k(s)": "0.1 + s^2", "flux": "-k(x)*u_x" }`; each may use those before it. One on a grid is written `k`, `k_x`, or
   * `k(x - 1, y)`; those of files and fields are read by `readProblem`.
   */
  readonly functions?: Readonly<Record<string, string | GridSpec | DataSpec>>;
  /** Numbers, or formulas of earlier constants such as `"0.01/pi"`. */
  readonly constants?: Readonly<Record<string, number | string>>;
  /**
   * Constants to be found, with initial guesses, or normal priors about them. A value of the same name in `constants`
   * is the true one: exact solutions and manufactured sources use it, the equations do not.
   */
  readonly trainable?: Readonly<Record<string, number | string | PriorSpec>>;
  /** One for each unknown. */
  readonly equations: EquationSpec | readonly EquationSpec[];
  /**
   * `"exact"`: values on the boundary, and initial values, from the exact or manufactured solution; above the second
   * order in space normal derivatives as well. A text, alone or in the list, says the same as an object: `"u = 0"` on
   * the whole boundary in space, or at the first moment where there is no space; `"u_n = 0 on y = 0"`, `"u = sin(pi*x)
   * at t = 0"`, `"u(x, 0) = sin(pi*x)"`, `"periodic in x"`.
   */
  readonly conditions?: string | readonly (ConditionSpec | string)[];
  /** Prescribed integrals over the domain. `@defaultValue` none */
  readonly integrals?: readonly (string | IntegralSpec)[];
  /** Measurements to be met in the least-squares sense. `@defaultValue` none */
  readonly observations?: readonly ObservationSpec[];
  /**
   * Quantities beside the unknowns: formulas of them by name, such as `{ density: "dx(m)", flux: "-k*u_x" }`. Errors
   * are estimated for each, and grids, tables and pictures show them. `@defaultValue` none
   */
  readonly quantities?: Readonly<Record<string, string>>;
  /**
   * Numbers beside it, with an error each: `{ mean: "mean(u)", flux: "integral(k*u_n, x = 1)", top: "max(u) at every t", here: "u(0.5, 1)" }`. On a part
   * of the boundary `nx` and `u_n` have a meaning; of an evolution they are those at the end, where no time is named. `@defaultValue` none
   */
  readonly functionals?: Readonly<Record<string, string>>;
  /** A solution made up, from which the `source` of every equation is derived. */
  readonly manufactured?: SolutionSpec;
  /** The solution, where it is known. It is checked against the equations. */
  readonly exact?: SolutionSpec;
  /** Checks that are not made. `@defaultValue` none */
  readonly allow?: readonly Allowance[];
}

/**
 * The place of a condition: the boundary in space, faces of a box or the ends of time, a polygon's edge, a mesh's
 * group, a predicate > 0, or a surface = 0 inside.
 */
export type Place =
  | "boundary"
  | { readonly axis: number; readonly side: "low" | "high" | "both" }
  | { readonly edge: number }
  | { readonly group: string }
  /** `text` where it is written with equations. */
  | { readonly where: Expression; readonly text?: string }
  | { readonly surface: Expression };

/**
 * A condition at points: residual = 0, with the outward normal as data "normal0", "normal1", … (one per space axis).
 */
export interface ValueCondition {
  /** The kind of condition that it was written as. */
  readonly kind: "dirichlet" | "neumann" | "robin" | "initial" | "interface";
  /** left − right */
  readonly residual: Expression;
  /** Its place: a part of the boundary, the first moment, or an interface inside. */
  readonly on: Place;
  /** Of its rows in the loss, > 0. */
  readonly weight: number;
  /** The prescribed value of a condition `u = f` or, initially, `u_t = f`, which can hold by construction. */
  readonly prescribes?: { readonly unknown: number; readonly order: readonly number[]; readonly value: Expression };
  /** As written. */
  readonly text: string;
}

/** A condition that prescribes a value. */
export type Prescription = ValueCondition & Required<Pick<ValueCondition, "prescribes">>;

/** Equality on the two faces of an axis. */
export interface PeriodicCondition {
  readonly kind: "periodic";
  /** The axis, from 0, whose two faces are one. */
  readonly on: { readonly axis: number; readonly side: "both" };
  /** One index from 0 for each unknown that is periodic. */
  readonly unknowns: readonly number[];
  /** Unknowns and their derivatives along the axis, below the order of the equations. */
  readonly matched: readonly Expression[];
  /** Of its rows in the loss, > 0. */
  readonly weight: number;
  /** As written. */
  readonly text: string;
}

/** A condition on the boundary, or at the first moment (then `on` is the low end of the time axis). */
export type Condition = ValueCondition | PeriodicCondition;

/** An unknown before time begins. */
export interface History {
  readonly unknown: number;
  /** In coordinates and constants. */
  readonly value: Expression;
  /** True where it is said of the first moment too. */
  readonly hasStart: boolean;
}

/** ∫ integrand = value, over the domain, or over space at the time `at`. */
export interface Integral {
  /** In unknowns, their derivatives, coordinates and constants. */
  readonly integrand: Expression;
  /** In constants. */
  readonly value: Expression;
  readonly at?: number;
  /** It is one of those that stand for an integral over space at every time. */
  readonly every?: boolean;
  /** Of its row in the loss, > 0. */
  readonly weight: number;
  /** As written. */
  readonly text: string;
}

/** Measurements: quantity(points) = values + noise of standard deviation sigma. */
export interface Observation {
  /** In unknowns, their derivatives, coordinates and constants. */
  readonly quantity: Expression;
  /** [n, axes] */
  readonly points: Float64Array;
  /** One for each point. */
  readonly values: Float64Array;
  /** Standard deviation of the noise, > 0, in the unit of the values; 1 where none is given. */
  readonly sigma: number;
  /** Sigma was given; else the noise is the misfit of the solution. */
  readonly hasSigma: boolean;
  /** As written. */
  readonly text: string;
}

/** A quantity beside the unknowns. */
export interface AskedQuantity {
  /** Of columns, fields and panels. */
  readonly name: string;
  /** In unknowns, their derivatives, coordinates and constants. */
  readonly quantity: Expression;
  /** As written. */
  readonly text: string;
}

/** A warning about a problem before anything is solved. */
export interface ProblemWarning {
  /**
   * "undetermined": it has several solutions; "singular": an equation is singular inside of the domain; "flux": what is
   * differentiated jumps where the solution, or a constant to be found, has some value.
   */
  readonly kind: "undetermined" | "singular" | "flux";
  /** The reason, the place, and a way out, in words. */
  readonly text: string;
  /** Of "flux": a formula of unknowns and constants; it matters where the solution has both signs of it. */
  readonly where?: Expression;
}

/**
 * A flux that an equation differentiates along an axis, and that jumps where a coefficient does: the solution makes it
 * continuous there, with slopes that are not.
 */
export interface JumpingFlux {
  /** Number of the equation. */
  readonly equation: number;
  readonly axis: number;
  readonly flux: Expression;
  /** Formulas that change their signs where it jumps. */
  readonly turns: readonly Expression[];
}

/** A problem, checked and frozen. */
export interface Problem {
  /** As written. */
  readonly name: string;
  /** Space axes, parameters, then `t` if present. */
  readonly axes: readonly string[];
  /** Index of `t`. */
  readonly time: number | undefined;
  /** Indices of axes that are parameters, [number of parameters]. */
  readonly parameters?: readonly number[];
  /** As written. */
  readonly domain: DomainSpec;
  /** Lower and upper end of every axis of the bounding box. */
  readonly bounds: readonly Interval[];
  /** Names in the order of the outputs of a network, complex ones as two, and fields last. */
  readonly unknowns: readonly string[];
  /** Fixed constants, and the true values of trainable ones where known. */
  readonly constants: Readonly<Record<string, number>>;
  /** Initial guesses. */
  readonly trainable: Readonly<Record<string, number>>;
  /** left − right of each, then the weighted slopes of fields; with data "source0", "source1", … where manufactured. */
  readonly equations: readonly Expression[];
  /** Of all kinds, in the order written. */
  readonly conditions: readonly Condition[];
  /** Unknowns before time begins, which the equations contain; absent where nothing is said of them. */
  readonly histories?: readonly History[];
  /** In the order written. */
  readonly integrals: readonly Integral[];
  /** In the order written. */
  readonly observations: readonly Observation[];
  /** In the order written. */
  readonly quantities: readonly AskedQuantity[];
  /** In the order written; absent where there is none. */
  readonly functionals?: readonly Functional[];
  /** First guesses of fields, by unknown. */
  readonly guesses?: Readonly<Record<number, Expression>>;
  /** For each unknown, in coordinates and `constants`. */
  readonly exact?: readonly Expression[] | undefined;
  /** For each equation, in coordinates and `constants`, where `manufactured` was given. */
  readonly source?: readonly Expression[] | undefined;
  /** Fluxes that jump where they are differentiated; absent where none does. */
  readonly fluxes?: readonly JumpingFlux[];
  /** Warnings about the problem, where there are any. */
  readonly warnings?: readonly ProblemWarning[];
  /** The problem as it was written. */
  readonly text: ProblemSpec;
}
