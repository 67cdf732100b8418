/** The loader of all saved solutions. */
import type { Problem } from "../problem/problem.ts";
import { formerName, loadPiecewiseSolution, type PiecewiseSolution, piecesName } from "./piecewise-solution.ts";
import { type HandedIn, loadWholeSolution, type Solution, solutionName } from "./solution.ts";
import { hasRecord } from "./solution-record.ts";

/**
 * True if a folder holds a solution of any kind; the folder need not be there.
 *
 * @param folder - of a run, or one that `save` was given
 */
export const holdsSolution = (folder: string): boolean =>
  [solutionName, piecesName, formerName].some((name) => hasRecord(folder, name));

/**
 * Reads a solution of any kind: what `save` or the record of a run wrote.
 *
 * @param folder - that `save` was given, or the `run` of a solution
 * @param given - the problem, or an object of what was handed in; else what is stored is taken
 * @returns a `PiecewiseSolution` where it was solved by elements or marched
 * @throws FormatError where it is damaged; OptionsError where what is handed in is not what was solved, or a network of your own is
 * not handed in
 */
export const loadSolution = (folder: string, given?: Problem | HandedIn): Promise<Solution | PiecewiseSolution> =>
  [piecesName, formerName].some((name) => hasRecord(folder, name))
    ? loadPiecewiseSolution(folder, given)
    : loadWholeSolution(folder, given);
