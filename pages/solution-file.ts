/** A solution on a grid as NetCDF. */
import { Field } from "../io/field/index.ts";
import { writeNetcdf } from "../io/formats/index.ts";
import type { GridSolution, Solution } from "../solvers/solution/index.ts";

/** One field per unknown and per quantity that is asked for, over the axes in order; all without units. */
function solutionFields({ axes, shape, coordinates, values, quantities }: GridSolution): readonly Field[] {
  const along = axes.map((name, k) => ({
    name,
    dims: [name],
    values: coordinates[k]!,
    attributes: { units: "1", long_name: name === "t" ? "time of the problem" : `coordinate ${name}` },
  }));
  const fields = (what: string, columns: Readonly<Record<string, Float64Array>>) =>
    Object.entries(columns).map(
      ([name, numbers]) =>
        new Field({
          name,
          dims: axes,
          shape,
          values: numbers,
          units: "1",
          coordinates: along,
          attributes: { long_name: `${what} ${name}` },
        }),
    );
  return [...fields("unknown", values), ...fields("quantity", quantities)];
}

/** Global attributes that say how a solution went: status, residual, estimated error, and constants that were found. */
export function reportAttributes({
  status,
  residual,
  estimate,
  constants,
}: Solution["report"]): Readonly<Record<string, string | number>> {
  const found = Object.entries(constants).flatMap(([name, { value, standardDeviation }]) => [
    [name, value] as const,
    ...(standardDeviation === undefined ? [] : [[`${name}_standard_deviation`, standardDeviation] as const]),
  ]);
  return {
    ...{ status, residual },
    ...(estimate && Number.isFinite(estimate.relativeL2) && { estimated_relative_l2_error: estimate.relativeL2 }),
    ...Object.fromEntries(found.map(([name, value]) => [`found_${name}`, value])),
  };
}

/**
 * Writes all unknowns, and what is asked for, into one NetCDF file; cells outside the domain are missing.
 *
 * @param path - ending in .nc
 * @param about - title, history and attributes of the file
 * @throws FormatError where it cannot be written
 */
export async function writeSolution(
  path: string,
  solution: GridSolution,
  about: {
    /** The problem as it was understood; its lines are joined. */
    readonly title: string;
    /** The command, versions and seed. */
    readonly history: string;
    /** Global attributes, such as the errors. */
    readonly attributes: Readonly<Record<string, string | number>>;
    /** True if a file that is there is replaced. @defaultValue true */
    readonly overwrite?: boolean;
  },
): Promise<void> {
  const [first, ...also] = solutionFields(solution) as [Field, ...Field[]];
  const { history, attributes, overwrite = true } = about;
  const title = about.title
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("; ");
  // The problem's time has no calendar and does not grow.
  await writeNetcdf(path, first, {
    also,
    history,
    attributes: { title, ...attributes },
    unlimitedTime: false,
    overwrite,
  });
}
