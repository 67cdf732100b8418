/** The sampler of `monge solve`. */
import { OptionsError } from "../../engine/errors.ts";
import { type AnySampler, namedSampler, namesOnCells, samplerName } from "../../solvers/sampler/index.ts";
import type { SolveCommandOptions } from "./command.ts";

interface Cells {
  readonly shape?: readonly number[];
}

/**
 * The sampler asked for; the recommended one where it is of that name; undefined for the default of `solve`.
 *
 * @throws OptionsError where --cells has nothing to do
 */
export function chosenSampler(o: SolveCommandOptions, base: AnySampler | undefined): AnySampler | undefined {
  const { sampler: asked, cells } = o;
  const name = asked ?? (base && samplerName(base)) ?? (cells && namesOnCells[0]);
  if (cells !== undefined && !namesOnCells.some((one) => one === name)) {
    throw new OptionsError(`--cells is for ${namesOnCells.join(" and ")}, not for ${name}`, "cells", cells);
  }
  if (name === undefined || (base && samplerName(base) === name && cells === undefined)) return base;
  const { shape } = { ...(base as Cells | undefined), ...(cells && { shape: cells }) };
  return namedSampler(name, shape === undefined || !namesOnCells.includes(name) ? {} : { shape });
}
