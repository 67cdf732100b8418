/**
 * The viscous Burgers equation u_t + u u_x = ν u_xx with u(x, 0) = −sin πx, by the Cole–Hopf transform (J. D. Cole
 * 1951, doi:10.1090/qam/42889; E. Hopf 1950): u(x, t) = −∫ sin(π(x−η)) g(η) dη / ∫ g(η) dη with
 * g(η) = exp(−cos(π(x−η))/(2πν) − η²/(4νt)).
 */
import { DomainError, ShapeError } from "../../engine/errors.ts";

/** Options of {@link coleHopf}. */
export interface ColeHopfOptions {
  /** Viscosity, > 0. `@defaultValue 0.01/π` */
  readonly nu?: number;
  /**
   * Step of the trapezoidal rule in z = η/(2√(νt)), > 0. The integrand is entire and decays as exp(−z²), so the
   * error falls faster than any power of the step. `@defaultValue 0.05`, at rounding level: 0.1 differs by less than
   * 1e-13
   */
  readonly step?: number;
}

/**
 * The solution at any points, to about 1e-14.
 *
 * @returns a function of row-major points `[n, 2]` (x, t ≥ 0) giving n values
 * @throws DomainError for ν or a step that is not positive, and for points with t < 0 or not finite
 */
export function coleHopf(options: ColeHopfOptions = {}): (points: Float64Array) => Float64Array {
  const { nu = 0.01 / Math.PI, step = 0.05 } = options;
  for (const [name, value] of Object.entries({ nu, step })) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new DomainError(`coleHopf: ${name} is ${value}; give a positive number`, value);
    }
  }
  const depth = 1 / (2 * Math.PI * nu);
  // The cosine moves the exponent by at most 2·depth; beyond this reach terms are below e⁻⁴⁵ of the greatest.
  const half = Math.ceil(Math.sqrt(2 * depth + 45) / step);
  const exponents = new Float64Array(2 * half + 1);
  const sines = new Float64Array(2 * half + 1);
  const value = (x: number, t: number): number => {
    if (!(t >= 0 && Number.isFinite(t) && Number.isFinite(x))) {
      throw new DomainError(`coleHopf: point (${x}, ${t}); finite x and t ≥ 0 are needed`, [x, t]);
    }
    if (t === 0) return -Math.sin(Math.PI * x);
    const scale = 2 * Math.sqrt(nu * t);
    let greatest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k <= 2 * half; k++) {
      const z = (k - half) * step;
      const angle = Math.PI * (x - scale * z);
      exponents[k] = -depth * Math.cos(angle) - z * z;
      sines[k] = Math.sin(angle);
      greatest = Math.max(greatest, exponents[k]!);
    }
    let [above, below] = [0, 0];
    for (let k = 0; k <= 2 * half; k++) {
      const weight = Math.exp(exponents[k]! - greatest);
      above += sines[k]! * weight;
      below += weight;
    }
    return -above / below;
  };
  return (points) => {
    if (points.length % 2 !== 0) throw new ShapeError("coleHopf: points", "[n, 2]", [points.length], "rows hold x, t");
    return Float64Array.from({ length: points.length / 2 }, (_, i) => value(points[2 * i]!, points[2 * i + 1]!));
  };
}
