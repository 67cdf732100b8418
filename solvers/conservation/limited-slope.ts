/** The slope of a cell that makes no new extremes (van Leer 1977, doi:10.1016/0021-9991(77)90095-X). */

/** The monotonized central slope of two differences. */
export function limited(a: number, b: number): number {
  if (!(a * b > 0)) return 0;
  const central = 0.5 * Math.abs(a + b);
  const size = Math.min(2 * Math.abs(a), 2 * Math.abs(b), central);
  return a > 0 ? size : -size;
}
