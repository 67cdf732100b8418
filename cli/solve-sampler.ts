/** The samplers of `monge solve` by name. */
import { OptionsError } from "../engine/errors.ts";
import { adversarial } from "../solvers/sampler/adversarial.ts";
import { das } from "../solvers/sampler/flow-das.ts";
import { gaussianMixture } from "../solvers/sampler/gaussian-mixture.ts";
import { rad, rarD } from "../solvers/sampler/pool.ts";
import { residualDensity } from "../solvers/sampler/residual-density.ts";
import { r3 } from "../solvers/sampler/retain-release.ts";
import type { Sampler } from "../solvers/sampler/sampler.ts";
import { latinHypercube, sobol, uniform } from "../solvers/sampler/uniform.ts";
import type { SamplerName, SolveCommandOptions } from "./solve.ts";

interface Cells {
  readonly shape?: readonly number[];
}

const makers: Readonly<Record<SamplerName, (cells: Cells) => Sampler>> = {
  adversarial: (cells) => adversarial(cells),
  "adversarial-flow": () => adversarial({ method: "flow" }),
  "adversarial-paper": () => adversarial({ method: "paper" }),
  das: () => das(),
  "residual-density": (cells) => residualDensity(cells),
  "gaussian-mixture": () => gaussianMixture(),
  rad: () => rad(),
  "rar-d": () => rarD(),
  r3: () => r3(),
  sobol: () => sobol(),
  "latin-hypercube": () => latinHypercube(),
  uniform: () => uniform(),
};

const onCells: readonly SamplerName[] = ["adversarial", "residual-density"];

/** Name of a sampler as the command line has it. */
export function samplerName({ kind, method }: Sampler & { readonly method?: string }): string {
  const dashed = kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return kind === "adversarial" && method !== "exact" ? `${dashed}-${method}` : dashed;
}

/**
 * The sampler asked for; the recommended one where it is of that name; undefined for the default of `solve`.
 *
 * @throws OptionsError where --cells has nothing to do
 */
export function chosenSampler(o: SolveCommandOptions, base: Sampler | undefined): Sampler | undefined {
  const { sampler: asked, cells } = o;
  const name = asked ?? (base && samplerName(base)) ?? (cells && "adversarial");
  if (cells !== undefined && !onCells.some((one) => one === name)) {
    throw new OptionsError(`--cells is for ${onCells.join(" and ")}, not for ${name}`, "cells", cells);
  }
  if (name === undefined || (base && samplerName(base) === name && cells === undefined)) return base;
  const { shape } = { ...(base as Cells | undefined), ...(cells && { shape: cells }) };
  return makers[name as SamplerName](shape === undefined ? {} : { shape });
}
