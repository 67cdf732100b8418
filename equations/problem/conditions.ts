/** Conditions as a user writes them in code; plain JSON, so that problem files say the same. */
import { checkNames } from "../../engine/checks.ts";
import type { ConditionOptions, ConditionSpec, IntegralSpec } from "./problem.ts";

/** One equation, or several that hold together, as text. */
export type Equations = string | readonly string[];

/**
 * Values on the boundary: `dirichlet("u = 0", { on: "x" })`, `dirichlet("exact")`.
 *
 * @param equation one or more equations without derivatives, or `"exact"` for the exact or manufactured solution
 * @throws OptionsError at the name of an option that there is not
 */
export function dirichlet(equation: Equations, options: ConditionOptions = {}): ConditionSpec {
  checkNames("dirichlet", options, "on weight");
  return { type: "dirichlet", equation, ...options };
}

/**
 * Derivatives on the boundary: `neumann("u_n = 0")`, `neumann("du/dn = x", { on: "y = 1" })`, `neumann("exact")`; n
 * points outwards.
 *
 * @throws OptionsError at the name of an option that there is not
 */
export function neumann(equation: Equations, options: ConditionOptions = {}): ConditionSpec {
  checkNames("neumann", options, "on weight");
  return { type: "neumann", equation, ...options };
}

/**
 * Values and derivatives together: `robin("u_n + 2*u = 1")`.
 *
 * @throws OptionsError at the name of an option that there is not
 */
export function robin(equation: Equations, options: ConditionOptions = {}): ConditionSpec {
  checkNames("robin", options, "on weight");
  return { type: "robin", equation, ...options };
}

/**
 * The state at the first moment: `initial("u = sin(pi*x)")`, `initial(["u = 0", "u_t = 1"])`, `initial("exact")`.
 * The normal has no meaning there, and `on` is given.
 *
 * @param options - `weight` > 0 of its rows in the loss, 1 unless given
 * @throws OptionsError at the name of an option that there is not
 */
export function initial(equation: Equations, options: { readonly weight?: number } = {}): ConditionSpec {
  checkNames("initial", options, "weight");
  return { type: "initial", equation, ...options };
}

/**
 * A condition on a line or surface inside, where two unknowns meet: `interfaceCondition(["a = b", "k1*a_n = k2*b_n"], {
 * on: "x = 0.5" })`.
 *
 * @param equation - one or more equations of values, derivatives and the normal
 * @param options - `on`, the equation of the line or surface, and the `weight` of its rows
 * @throws OptionsError at the name of an option that there is not
 */
export function interfaceCondition(
  equation: Equations,
  options: { readonly on: string; readonly weight?: number },
): ConditionSpec {
  checkNames("interfaceCondition", options, "on weight");
  return { type: "interface", equation, ...options };
}

/**
 * Both faces of the axis (or of each of the axes) are one: `periodic({ on: "x" })`.
 *
 * @param options - names of the axes, and what of `unknowns` agrees there; `weight` as in {@link initial}
 * @throws OptionsError at the name of an option that there is not
 */
export function periodic(options: {
  readonly on: string | readonly string[];
  /** `@defaultValue` all */
  readonly unknowns?: readonly string[];
  readonly weight?: number;
}): ConditionSpec {
  checkNames("periodic", options, "on unknowns weight");
  return { type: "periodic", ...options };
}

/**
 * An integral over the domain, or over space at one time: `integral("u = 0")`, `integral("u^2 = 1", { at: { t: 0 } })`.
 *
 * @param equation - left the integrand, right a formula in constants
 * @param options - `at` the time of an integral over space, or `"every t"`; `weight` as in {@link initial}
 * @throws OptionsError at the name of an option that there is not
 */
export function integral(
  equation: string,
  options: { readonly at?: { readonly t: number } | "every t"; readonly weight?: number } = {},
): IntegralSpec {
  checkNames("integral", options, "at weight");
  return { equation, ...options };
}
