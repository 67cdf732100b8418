/** A solution on a grid as NetCDF. */
import { Field } from "../../io/field/index.ts";
import { writeNetcdf } from "../../io/formats/index.ts";
import type { GridSolution } from "../../solvers/solve/index.ts";
import { csvText } from "../shell/csv.ts";

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
 * A table: a row for each point of the grid, its coordinates, the unknowns, and beside them their true values where they are known. Outside the
 * domain cells are empty.
 */
export function solutionTable({ axes, points, values }: GridSolution, truth: Float64Array | undefined): string {
  const unknowns = Object.keys(values);
  const [d, n] = [axes.length, unknowns.length];
  const header = [...axes, ...unknowns, ...(truth ? unknowns.map((name) => `${name}_true`) : [])];
  const rows = Array.from({ length: points.length / d }, (_, i) => {
    const found = unknowns.map((name) => values[name]![i]!);
    const known = truth ? unknowns.map((_name, k) => (Number.isNaN(found[k]) ? undefined : truth[i * n + k])) : [];
    return [...points.subarray(i * d, (i + 1) * d), ...found, ...known];
  });
  return csvText(header, rows);
}

/** Writes all unknowns into one file; cells outside the domain are missing. */
export async function writeSolution(path: string, solution: GridSolution, about: SolutionFile): Promise<void> {
  const [first, ...also] = solutionFields(solution) as [Field, ...Field[]];
  const { title, history, attributes } = about;
  // The problem's time has no calendar and does not grow.
  await writeNetcdf(path, first, { also, history, attributes: { title, ...attributes }, unlimitedTime: false });
}
