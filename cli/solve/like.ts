/** The grid of a file that a problem's function comes from, with the solution on it. */
import { type GridOfData, gridOfFunction, type Problem } from "../../equations/problem/index.ts";
import { type OnGrid, ownCoordinate } from "../../pages/solution-file.ts";
import { type Solution, valuesAt } from "../../solvers/solution/index.ts";

/** The grid of a function's file; before it axes of the problem that the file has not, such as time, with so many places: one, the last, by default. */
export async function likeGrid(
  path: string,
  name: string,
  problem: Problem,
  places: Readonly<Record<string, number>> = {},
): Promise<GridOfData> {
  const { along, gridMapping } = await gridOfFunction(path, name);
  const missing = problem.axes.filter((axis) => !along.some((one) => one.axis === axis));
  const more = missing.map((axis) => {
    const [low, high] = problem.bounds[problem.axes.indexOf(axis)]!;
    const { [axis]: n = 1 } = places;
    const own = Float64Array.from({ length: n }, (_, i) => (n === 1 ? high : low + ((high - low) * i) / (n - 1)));
    return { axis, dim: axis, places: own, coordinate: ownCoordinate(axis, own) };
  });
  return { along: [...more, ...along], gridMapping };
}

/** A solution on such a grid. */
export async function solutionLike(solution: Solution, { along, gridMapping }: GridOfData): Promise<OnGrid> {
  const { axes } = solution.problem;
  const shape = along.map(({ places }) => places.length);
  const count = shape.reduce((a, b) => a * b, 1);
  const points = new Float64Array(count * axes.length);
  const place = axes.map((axis) => along.findIndex((one) => one.axis === axis));
  for (let i = 0; i < count; i++) {
    let rest = i;
    const at = new Array<number>(shape.length);
    for (let k = shape.length - 1; k >= 0; k--) {
      at[k] = rest % shape[k]!;
      rest = Math.floor(rest / shape[k]!);
    }
    for (const [a, k] of place.entries()) points[i * axes.length + a] = along[k]!.places[at[k]!]!;
  }
  const { values, quantities } = await valuesAt(solution, points);
  const dims = along.map(({ dim }) => dim);
  return { dims, shape, values, quantities, coordinates: along.map(({ coordinate }) => coordinate), gridMapping };
}
