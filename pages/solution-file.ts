/** A solution on a grid as NetCDF. */
import { Field } from "../io/field/index.ts";
import { writeNetcdf } from "../io/formats/index.ts";
import type { GridSolution } from "../solvers/solve/index.ts";

/** What is said beside the numbers. */
export interface SolutionFile {
  /** The problem as it was understood. */
  readonly title: string;
  /** The command, versions and seed. */
  readonly history: string;
  /** Global attributes, such as the errors. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** One field per unknown, over the axes in order; all without units. */
export function solutionFields({ axes, shape, coordinates, values }: GridSolution): readonly Field[] {
  const along = axes.map((name, k) => ({
    name,
    dims: [name],
    values: coordinates[k]!,
    attributes: { units: "1", long_name: name === "t" ? "time of the problem" : `coordinate ${name}` },
  }));
  return Object.entries(values).map(
    ([name, numbers]) =>
      new Field({
        name,
        dims: axes,
        shape,
        values: numbers,
        units: "1",
        coordinates: along,
        attributes: { long_name: `unknown ${name}` },
      }),
  );
}

/**
 * Writes all unknowns into one NetCDF file; cells outside the domain are missing.
 *
 * @param path - ending in .nc
 * @throws FormatError where it cannot be written
 */
export async function writeSolution(path: string, solution: GridSolution, about: SolutionFile): Promise<void> {
  const [first, ...also] = solutionFields(solution) as [Field, ...Field[]];
  const { title, history, attributes } = about;
  // The problem's time has no calendar and does not grow.
  await writeNetcdf(path, first, { also, history, attributes: { title, ...attributes }, unlimitedTime: false });
}
