/** Sides of points by cells: the distance of a cell's middle decides for most of what lies in it. */
import type { Geometry } from "./geometry.ts";

/** Cells along each axis. */
const side = 64;
/** Of the diameter: what rounding may change of a distance. */
const rounding = 1e-13;

/**
 * A signed distance in the plane that is asked for at the middle of a cell once, where only the side of points is
 * wanted: none changes by more than the way that one goes, so that most cells have one side.
 */
export function byCells(
  distance: Geometry["distance"],
  { low, high }: Pick<Geometry, "low" | "high">,
): Geometry["distance"] {
  const [x0, y0] = [low[0]!, low[1]!];
  const [width, height] = [high[0]! - x0, high[1]! - y0].map((w) => w / side) as [number, number];
  const unsure = rounding * side * Math.hypot(width, height);
  const known = new Float64Array(side * side).fill(Number.NaN);
  const middle = new Float64Array(2);
  return (points, at, near = Number.POSITIVE_INFINITY) => {
    if (near === Number.POSITIVE_INFINITY) return distance(points, at);
    const [x, y] = [points[at]! - x0, points[at + 1]! - y0];
    const [i, j] = [Math.floor(x / width), Math.floor(y / height)];
    if (!(i >= 0 && j >= 0 && i < side && j < side)) {
      const outside = Math.max(-x, x - side * width, -y, y - side * height);
      return outside > near + unsure ? outside : distance(points, at);
    }
    const [mx, my] = [(i + 0.5) * width, (j + 0.5) * height];
    let there = known[i * side + j]!;
    if (Number.isNaN(there)) {
      middle[0] = x0 + mx;
      middle[1] = y0 + my;
      there = known[i * side + j] = distance(middle, 0);
    }
    const sure = Math.abs(there) - Math.sqrt((x - mx) * (x - mx) + (y - my) * (y - my));
    if (!(sure > near + unsure)) return distance(points, at);
    return there > 0 ? sure : -sure;
  };
}
