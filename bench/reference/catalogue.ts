/** The reference problems by name. */
import { OptionsError } from "../../engine/errors.ts";
import { lidDrivenCavity } from "./cavity.ts";
import * as elliptic from "./elliptic-problems.ts";
import * as evolution from "./evolution-problems.ts";
import type { ReferenceProblem } from "./reference-problem.ts";

const makers = {
  peak: elliptic.peak,
  "two-peaks": elliptic.twoPeaks,
  "gaussian-10d": () => elliptic.gaussian10("gaussian-10d", Array<number>(10).fill(0)),
  "gaussian-10d-off-centre": () => elliptic.gaussian10("gaussian-10d-off-centre", elliptic.offCentre),
  "poisson-2d": elliptic.poisson2,
  "poisson-5d": elliptic.poisson5,
  "harmonic-10d": elliptic.harmonic10,
  "heat-1d": () => evolution.heat(1),
  "heat-4d": () => evolution.heat(4),
  burgers: evolution.burgers,
  "allen-cahn": evolution.allenCahnProblem,
  "kdv-two-soliton": evolution.kdvTwoSolitonProblem,
  "helmholtz-1-4": () => elliptic.helmholtz(1, 4),
  "helmholtz-6-6": () => elliptic.helmholtz(6, 6),
  wave: evolution.wave,
  convection: evolution.convection,
  kovasznay: elliptic.kovasznayFlow,
  "lid-driven-cavity": lidDrivenCavity,
  "inverse-burgers": () => evolution.inverseBurgers(),
  "l-shape": elliptic.lShape,
} satisfies Readonly<Record<string, () => ReferenceProblem>>;

/** Name of a reference problem. */
export type ReferenceName = keyof typeof makers;

/** All names, in the order of the tables. */
export const referenceNames = Object.keys(makers) as readonly ReferenceName[];

/**
 * A reference problem by name.
 *
 * @param name - one of `referenceNames`
 * @throws OptionsError for other names; the message lists them
 * @example const { spec, testSet } = referenceProblem("peak"); const problem = pde(spec);
 */
export function referenceProblem(name: ReferenceName): ReferenceProblem {
  if (!Object.hasOwn(makers, name)) {
    throw new OptionsError(`referenceProblem: "${name}" is none of ${referenceNames.join(", ")}`, "name", name);
  }
  return makers[name]();
}
