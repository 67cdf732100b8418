/**
 * Convection by velocities without sources in skew-symmetric form, (φ, c·∇w) = (φ, c·∇w)/2 − (w, c·∇φ)/2 + ∮ (c·n) φ·w/2:
 * quadrature by few points then neither makes nor takes energy (Malm et al., Journal of Scientific Computing 57 (2013) 254).
 */
import { differentiate, type Expression, evaluateAt, nodesOf } from "../../equations/expression/index.ts";
import type { PlaneGrid } from "./grid.ts";
import type { FlowForm } from "./sides.ts";

/** An unknown that the velocities, times a factor, carry along. */
interface Carried {
  readonly unknown: number;
  readonly factor: number;
}

/** Unknowns and leaves of convection. */
export interface Convection {
  readonly carried: readonly Carried[];
  /** Velocities by axis. */
  readonly velocities: readonly [number, number];
}

/** What is carried in a flow of which the equation of continuity says that its velocities have no sources. */
export function convectionOf({ problem, inside, leaves, pressure }: FlowForm): Convection | undefined {
  const { axes, constants } = problem;
  const d = axes.length;
  const leafOf = (unknown: number, inSpace: string) =>
    leaves.findIndex((leaf) => leaf.unknown === unknown && leaf.inTime === 0 && String(leaf.inSpace) === inSpace);
  const atZero = Object.fromEntries(leaves.map(({ name }) => [name, new Float64Array(1)]));
  const numberOf = (e: Expression) => evaluateAt(e, new Float64Array(d), d, constants, atZero)[0]!;
  /** True of a formula of these values alone, by name. */
  const isOf = (e: Expression, names: readonly string[] = []) =>
    [...nodesOf(e)].every(({ kind, ...rest }) =>
      kind === "data" ? names.includes((rest as { name: string }).name) : kind !== "coordinate" && kind !== "table",
    );
  const { residual, slopes } = inside[pressure]!;
  const [first, ...others] = slopes.map(({ slope }) => (isOf(slope) ? numberOf(slope) : Number.NaN));
  const velocities = ["1,0", "0,1"].map((inSpace) => {
    const own = slopes.find(({ leaf }) => String(leaves[leaf]!.inSpace) === inSpace);
    return own ? leaves[own.leaf]!.unknown : -1;
  }) as [number, number];
  const named = slopes.map(({ leaf }) => leaves[leaf]!.name);
  if (slopes.length !== 2 || others[0] !== first || velocities.includes(-1)) return undefined;
  if (!isOf(residual, named) || numberOf(residual) !== 0) return undefined;
  const carried = [...inside.keys()].flatMap((unknown) => {
    if (unknown === pressure) return [];
    const [factor, other] = ["1,0", "0,1"].map((inSpace, axis) => {
      const { name } = leaves[leafOf(velocities[axis]!, "0,0")]!;
      const slope = inside[unknown]!.slopes.find(({ leaf }) => leaf === leafOf(unknown, inSpace))?.slope;
      if (!slope || !isOf(slope, [name])) return 0;
      const speed = differentiate(slope, { data: name }, d);
      return isOf(speed) ? numberOf(speed) : 0;
    });
    return factor !== 0 && factor === other ? [{ unknown, factor: factor! }] : [];
  });
  return carried.length > 0 ? { carried, velocities } : undefined;
}

/** Adds to rows of an unknown w that its convection is skew: −(φ, c·∇w)/2 − (w, c·∇φ)/2. @param out - [points] of rows */
export function addSkew(
  grid: PlaneGrid,
  factor: number,
  [u, v]: readonly [Float64Array, Float64Array],
  w: { readonly value: Float64Array; readonly x: Float64Array; readonly y: Float64Array },
  out: Float64Array,
): void {
  const { slopes, weights, each, count } = grid;
  const { first } = grid.functions;
  const n = grid.degree + 1;
  const [ux, uy, vx, vy] = slopes as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let start = 0; start < count; start += each) {
    for (let at = 0; at < each; at++) {
      const i = start + at;
      const half = (factor * weights[i]!) / 2;
      out[i]! -= half * (u[i]! * w.x[i]! + v[i]! * w.y[i]!);
      const carried = half * w.value[i]!;
      const alongU = carried * (u[i]! * ux[i]! + v[i]! * uy[i]!);
      const alongV = carried * (u[i]! * vx[i]! + v[i]! * vy[i]!);
      const [a, b] = [Math.floor(at / n), at % n];
      for (let k = 0; k < n; k++) {
        out[start + k * n + b]! -= alongU * first[a * n + k]!;
        out[start + a * n + k]! -= alongV * first[b * n + k]!;
      }
    }
  }
}
