/** Slopes of a cell that make no new extremes. */

/**
 * The monotonized central slope of two differences (van Leer 1977, doi:10.1016/0021-9991(77)90095-X).
 */
export function limited(a: number, b: number): number {
  if (!(a * b > 0)) return 0;
  const central = 0.5 * Math.abs(a + b);
  const size = Math.min(2 * Math.abs(a), 2 * Math.abs(b), central);
  return a > 0 ? size : -size;
}

/**
 * The slope towards the side of the difference `near`, whose value on the face is of third order where all is smooth (Koren 1993, in
 * Numerical methods for advection-diffusion problems, Vieweg, pp. 117–138).
 */
export function limitedTowards(far: number, near: number): number {
  if (!(far * near > 0)) return 0;
  const size = Math.min(2 * Math.abs(far), 2 * Math.abs(near), Math.abs(far + 2 * near) / 3);
  return far > 0 ? size : -size;
}
