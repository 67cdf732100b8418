/** Solutions of any kind from their records, those of earlier versions among them. */
import { anything, optional, text } from "../../engine/checks.ts";
import { FormatError, isMongeError } from "../../engine/errors.ts";
import type { Pieces, Problem } from "../../equations/problem/index.ts";
import { savedProblem } from "../../equations/problem/index.ts";
import { readVolumePieces, volumeKind } from "../conservation/index.ts";
import { curvedKind, curvedMarchKind, readCurvedMarchPieces, readCurvedPieces } from "../curved/index.ts";
import { elementKind, readElementPieces } from "../elements/element-pieces.ts";
import { evolutionKind, readEvolutionPieces } from "../evolution/evolution-pieces.ts";
import { marchKind, readMarchPieces } from "../marching/marched-field.ts";
import { flowKind, flowMarchKind, readFlowMarchPieces, readFlowPieces } from "../mixed/index.ts";
import { type AnyNetwork, networkCheck, savedNetwork } from "../network/kinds.ts";
import { piecewiseTrial } from "../solution/piecewise-trial.ts";
import { Solution } from "../solution/solution.ts";
import { hasRecord, readRecord, reportOf, solutionName } from "../solution/solution-record.ts";
import { networkKind } from "../solution/trial.ts";
import { readSpectralPieces, spectralKind } from "../spectral/index.ts";
import { networkTrial } from "./network-trial.ts";

/** Parts that a saved solution cannot hold, handed in when it is loaded. */
export interface HandedIn {
  /** Needed where a residual is a function, which JSON cannot hold. */
  readonly problem?: Problem;
  /** Needed where the network is your own. */
  readonly network?: AnyNetwork;
}

/** Names of records that earlier versions wrote of elements and marches, and of marches. */
const [formerPieces, formerField] = ["pieces", "field"];

/** The reader of each method's pieces. */
const readers: Readonly<
  Record<string, (path: string, problem: Problem, layout: unknown, coefficients: Float64Array) => Pieces>
> = {
  [elementKind]: readElementPieces,
  [evolutionKind]: readEvolutionPieces,
  [marchKind]: readMarchPieces,
  [volumeKind]: readVolumePieces,
  [curvedKind]: readCurvedPieces,
  [curvedMarchKind]: readCurvedMarchPieces,
  [flowKind]: readFlowPieces,
  [flowMarchKind]: readFlowMarchPieces,
  [spectralKind]: readSpectralPieces,
};

/** A record of today has a kind and a layout; an earlier one a network, or the field of a march. */
interface Stored {
  readonly kind?: string;
  readonly layout?: unknown;
  readonly network?: AnyNetwork;
  readonly field?: unknown;
}

/**
 * True if a folder holds a solution; the folder need not be there.
 *
 * @param folder - of a run, or one that `save` was given
 */
export const holdsSolution = (folder: string): boolean => recordIn(folder) !== undefined;

const recordIn = (folder: string): string | undefined =>
  [formerPieces, formerField, solutionName].find((name) => hasRecord(folder, name));

/**
 * Reads a solution: what `save` or the record of a run wrote.
 *
 * @param folder - that `save` was given, or the `run` of a solution
 * @param given - the problem, or an object of what was handed in; else what is stored is taken
 * @throws FormatError where it is damaged; OptionsError where what is handed in is not what was solved, or a network
 *   of your own is not handed in
 */
export async function loadSolution(folder: string, given: Problem | HandedIn = {}): Promise<Solution> {
  const handedIn: HandedIn = "equations" in given ? { problem: given } : given;
  const name = recordIn(folder) ?? solutionName;
  const { path, plain, theta, fail, ofTwo } = await readRecord<Stored>(folder, name, {
    ...{ kind: optional(text), layout: optional(anything) },
    ...{ network: optional(networkCheck), field: optional(anything) },
  });
  const problem = savedProblem("loadSolution", path, plain.problem, handedIn.problem);
  const report = reportOf(plain.report, problem);
  const { kind, layout } = todaysKind(plain);
  if (kind === networkKind) {
    const complaint = networkCheck(layout, "the network");
    if (complaint !== undefined) return fail(path, complaint, "the file is damaged: save the solution again");
    const network = savedNetwork(`loadSolution: ${path}`, layout as AnyNetwork, handedIn.network);
    const trial = built(path, () => networkTrial(problem, network, theta, report.conditions));
    if (theta.length !== trial.parameters)
      ofTwo(`${theta.length} parameters, where the network has ${trial.parameters}`);
    return new Solution(problem, trial, report);
  }
  const read = kind !== undefined && Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (!read) return fail(path, `solutions of the kind "${kind}" are unknown`);
  return new Solution(problem, piecewiseTrial(problem, read(path, problem, layout, theta)), report);
}

/** Kind and layout of the functions by a record of any version. */
const todaysKind = ({ kind, layout, network, field }: Stored): Pick<Stored, "kind" | "layout"> =>
  network !== undefined
    ? { kind: networkKind, layout: network }
    : field !== undefined
      ? { kind: marchKind, layout: field }
      : { ...(kind !== undefined && { kind }), layout };

/** The result of some work on a file, which is damaged where the work fails. */
function built<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!isMongeError(cause)) throw cause;
    throw new FormatError(path, "solution", cause.message, "the file is damaged: save the solution again", { cause });
  }
}
