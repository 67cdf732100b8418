/** Pictures of a solution along one of its axes: a slider through time, or through a body. */
import { OptionsError } from "../engine/errors.ts";
import { solutionFigure } from "../report/solution-figure.ts";
import type { Solution } from "../solvers/solution/index.ts";
import { planeAt, valuesOn } from "./solution-planes.ts";

/** Planes along an axis: time where the problem has it, else the last one. */
export interface SolutionSlices {
  readonly axis: string;
  readonly ends: readonly [number, number];
  /** Draws unknowns and quantities at a place of the axis, with the colours of all places. @throws OptionsError outside */
  draw(at: number, columns: number): Promise<string>;
}

/** Cells along a side of a picture, and where the colours are found; places along the axis at which they are. */
const [cells, coarse, places] = [160, 40, 9];

/** Slices of a solution; undefined on fewer than three axes, which one picture shows whole. */
export function solutionSlices(solution: Solution): SolutionSlices | undefined {
  const { problem } = solution;
  const { axes, bounds, unknowns, quantities } = problem;
  if (axes.length < 3) return undefined;
  const axis = problem.time ?? axes.length - 1;
  const ends = bounds[axis]!;
  const names = [...unknowns, ...quantities.map(({ name }) => name)];
  const columnsAt = async (at: number, side: number) => {
    const { axes, values, quantities } = await valuesOn(solution, planeAt(problem, axis, at), side);
    return { axes, columns: [...values, ...quantities] };
  };
  const everywhere = async () => {
    const some: (readonly Float64Array[])[] = [];
    for (let i = 0; i < places; i++) {
      const { columns } = await columnsAt(ends[0] + ((ends[1] - ends[0]) * i) / (places - 1), coarse);
      some.push(columns);
    }
    return names.map((_, k) => Float64Array.from(some.flatMap((columns) => Array.from(columns[k]!))));
  };
  let spans: Promise<readonly Float64Array[]> | undefined;
  return {
    ...{ axis: axes[axis]!, ends },
    async draw(at, columns) {
      if (!(at >= ends[0] && at <= ends[1]))
        throw new OptionsError(`${axes[axis]} is ${at}; expected ${ends[0]} to ${ends[1]}`, axes[axis]!, at);
      spans ??= everywhere();
      const [all, drawn] = [await spans, await columnsAt(at, cells)];
      return solutionFigure({
        title: `${problem.name} at ${planeAt(problem, axis, at).held}`,
        ...{ height: cells, width: cells, axes: drawn.axes, columns: Math.min(columns, names.length), sizes: [] },
        unknowns: names.map((name, k) => ({ name, values: drawn.columns[k]!, span: all[k]! })),
      });
    },
  };
}
