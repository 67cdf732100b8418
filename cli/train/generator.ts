/** What the command line says of the generator, in the words of the library. */
import { OptionsError } from "../../engine/errors.ts";
import { type TrainingChoices, termKind } from "../../generative/downscaling/index.ts";
import type { TrainOptions } from "./command.ts";

/**
 * @param given - whether an option was given on the command line
 * @throws OptionsError where the term is not one of the generator's
 */
export function generatorChoices(
  { generator, term, weight: asked }: TrainOptions,
  given: (name: string) => boolean,
): Pick<TrainingChoices, "generator" | "oneStep" | "term"> {
  const oneStep = generator === "one-step";
  const weight = asked ?? (oneStep ? 1 : 0.2);
  if (oneStep && term !== "none" && term !== "w1") {
    throw new OptionsError(`--term is ${term}; a one-step generator takes w1, or none`, "term", term);
  }
  if (given("weight") && !given("term")) {
    throw new OptionsError(`--weight is ${weight}; it must come with --term`, "weight", weight);
  }
  const own = oneStep ? { oneStep: { term: term === "none" ? null : { kind: "wasserstein" as const, weight } } } : {};
  const of = term === "none" ? null : { kind: termKind(term), weight };
  return { ...(given("generator") && { generator }), ...(given("term") && (oneStep ? own : { term: of })) };
}
