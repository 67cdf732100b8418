/**
 * Convection by velocities without sources in skew-symmetric form, (φ, c·∇w) = (φ, c·∇w)/2 − (w, c·∇φ)/2 + ∮ (c·n) φ·w/2:
 * quadrature by few points then neither makes nor takes energy (Malm et al., Journal of Scientific Computing 57 (2013) 254).
 */
import { differentiate, type Expression, evaluateAt, nodesOf } from "../../equations/expression/index.ts";
import type { PlaneGrid } from "./grid.ts";
import type { FlowForm, Flux } from "./sides.ts";

/** An unknown that the velocities, times a factor, carry along. */
interface CarriedUnknown {
  readonly unknown: number;
  readonly factor: number;
}

/** Unknowns of convection. */
interface Convection {
  readonly carried: readonly CarriedUnknown[];
  /** Velocities by axis. */
  readonly velocities: readonly [number, number];
}

/** Number of the leaf of a derivative in space. */
const leafOf = ({ leaves }: FlowForm, unknown: number, inSpace: string): number =>
  leaves.findIndex((leaf) => leaf.unknown === unknown && leaf.inTime === 0 && String(leaf.inSpace) === inSpace);

/** Unknowns that are carried in a flow of which the equation of continuity says that its velocities have no sources. */
function convectionOf(form: FlowForm): Convection | undefined {
  const { problem, inside, leaves, pressure } = form;
  const { axes, constants } = problem;
  const d = axes.length;
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
      const { name } = leaves[leafOf(form, velocities[axis]!, "0,0")]!;
      const slope = inside[unknown]!.slopes.find(({ leaf }) => leaf === leafOf(form, unknown, inSpace))?.slope;
      if (!slope || !isOf(slope, [name])) return 0;
      const speed = differentiate(slope, { data: name }, d);
      return isOf(speed) ? numberOf(speed) : 0;
    });
    return factor !== 0 && factor === other ? [{ unknown, factor: factor! }] : [];
  });
  return carried.length > 0 ? { carried, velocities } : undefined;
}

/** Convection of a flow in time at the points of a grid. Steady flows keep (φ, c·∇w): their Newton steps come to rest more often. */
export class SkewConvection {
  readonly #grid: PlaneGrid;
  readonly #smooth: readonly number[];
  readonly #carried: readonly CarriedUnknown[];
  readonly #velocities: readonly [number, number];
  /** Columns of the value and the slopes of each unknown. */
  readonly #columns: readonly (readonly [Float64Array, Float64Array, Float64Array])[];

  /** @param moving - columns of leaves, which the caller fills before each use */
  constructor(form: FlowForm, grid: PlaneGrid, smooth: readonly number[], moving: readonly Float64Array[]) {
    [this.#grid, this.#smooth] = [grid, smooth];
    const found = form.time === undefined ? undefined : convectionOf(form);
    const { carried, velocities } = found ?? { carried: [], velocities: [-1, -1] as const };
    [this.#carried, this.#velocities] = [carried, velocities];
    this.#columns = form.inside.map((_, unknown) => {
      const of = (inSpace: string) => moving[leafOf(form, unknown, inSpace)]!;
      return [of("0,0"), of("1,0"), of("0,1")];
    });
  }

  /** Parts that rows of unknowns gain: −(φ, c·∇w)/2 − (w, c·∇φ)/2. @param share - of what is nonlinear that counts */
  rows(share: number): (readonly [number, Float64Array])[] {
    if (share === 0) return [];
    const { slopes, weights, each, count } = this.#grid;
    const { first } = this.#grid.functions;
    const n = this.#grid.degree + 1;
    const [ux, uy, vx, vy] = slopes as [Float64Array, Float64Array, Float64Array, Float64Array];
    return this.#carried.map(({ unknown, factor }) => {
      const [u, v] = this.#speeds;
      const [w, wx, wy] = this.#columns[unknown]!;
      const out = new Float64Array(count);
      for (let start = 0; start < count; start += each) {
        for (let at = 0; at < each; at++) {
          const i = start + at;
          const half = (share * factor * weights[i]!) / 2;
          out[i]! -= half * (u[i]! * wx[i]! + v[i]! * wy[i]!);
          const alongU = half * w[i]! * (u[i]! * ux[i]! + v[i]! * uy[i]!);
          const alongV = half * w[i]! * (u[i]! * vx[i]! + v[i]! * vy[i]!);
          const [a, b] = [Math.floor(at / n), at % n];
          for (let k = 0; k < n; k++) {
            out[start + k * n + b]! -= alongU * first[a * n + k]!;
            out[start + a * n + k]! -= alongV * first[b * n + k]!;
          }
        }
      }
      return [unknown, out] as const;
    });
  }

  /** Half of what the velocities carry out through an outer side: ∮ (c·n) φ·w/2 at a point of it. */
  carriedOut({ unknown, local, normal, conditions }: Flux, q: number, share: number): number {
    const carried = conditions && this.#carried.find((one) => one.unknown === unknown);
    if (!carried) return 0;
    const i = q * this.#grid.each + local;
    const [u, v] = this.#speeds;
    return ((share * carried.factor) / 2) * (normal[0] * u[i]! + normal[1] * v[i]!) * this.#columns[unknown]![0][i]!;
  }

  /** Adds the derivatives of {@link rows} and {@link carriedOut} on a quadrilateral to those of its rows. */
  addDerivatives(
    q: number,
    share: number,
    { held, fluxes }: { readonly held: readonly Pick<Flux, "unknown" | "local">[]; readonly fluxes: readonly Flux[] },
    out: Float64Array,
  ): void {
    if (share === 0 || this.#carried.length === 0) return;
    const { each, weights, jumping } = this.#grid;
    const { first } = this.#grid.functions;
    const n = this.#grid.degree + 1;
    const [ux, uy, vx, vy] = this.#grid.slopes as [Float64Array, Float64Array, Float64Array, Float64Array];
    const width = this.#smooth.length * each + jumping.count;
    const [u, v] = this.#speeds;
    const [fromU, fromV] = this.#velocities.map((k) => this.#smooth.indexOf(k) * each) as [number, number];
    for (const { unknown, factor } of this.#carried) {
      const [value, x, y] = this.#columns[unknown]!;
      const from = this.#smooth.indexOf(unknown) * each;
      const isHeld = new Uint8Array(each);
      for (const one of held) if (one.unknown === unknown) isHeld[one.local] = 1;
      for (let at = 0; at < each; at++) {
        const i = q * each + at;
        const half = (share * factor * weights[i]!) / 2;
        const [a, b] = [Math.floor(at / n), at % n];
        const [cu, cv] = [half * (u[i]! * ux[i]! + v[i]! * uy[i]!), half * (u[i]! * vx[i]! + v[i]! * vy[i]!)];
        const w = half * value[i]!;
        for (let k = 0; k < n; k++) {
          const [du, dv] = [first[a * n + k]!, first[b * n + k]!];
          const [alongU, alongV] = [k * n + b, a * n + k];
          // −(φ, c·∇w)/2 in this point's row, −(w, c·∇φ)/2 in the rows of its lines.
          if (isHeld[at] === 0) {
            const row = (from + at) * width;
            out[row + from + alongU]! -= cu * du;
            out[row + from + alongV]! -= cv * dv;
          }
          if (isHeld[alongU] === 0) {
            const row = (from + alongU) * width;
            out[row + from + at]! -= cu * du;
            out[row + fromU + at]! -= w * ux[i]! * du;
            out[row + fromV + at]! -= w * uy[i]! * du;
          }
          if (isHeld[alongV] === 0) {
            const row = (from + alongV) * width;
            out[row + from + at]! -= cv * dv;
            out[row + fromU + at]! -= w * vx[i]! * dv;
            out[row + fromV + at]! -= w * vy[i]! * dv;
          }
        }
        if (isHeld[at] !== 0) continue;
        const row = (from + at) * width;
        out[row + fromU + at]! -= half * x[i]!;
        out[row + fromV + at]! -= half * y[i]!;
      }
      for (const { unknown: own, local, weight, normal, conditions } of fluxes) {
        if (own !== unknown || !conditions) continue;
        const i = q * each + local;
        const half = (share * factor * weight) / 2;
        const row = (from + local) * width;
        out[row + from + local]! += half * (normal[0] * u[i]! + normal[1] * v[i]!);
        out[row + fromU + local]! += half * normal[0] * value[i]!;
        out[row + fromV + local]! += half * normal[1] * value[i]!;
      }
    }
  }

  get #speeds(): readonly [Float64Array, Float64Array] {
    const [u, v] = this.#velocities;
    return [this.#columns[u]![0], this.#columns[v]![0]];
  }
}
