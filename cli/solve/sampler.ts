/** The sampler of `monge solve`. */
import { OptionsError } from "../../engine/errors.ts";
import { type AnySampler, namedSampler, namesOnCells } from "../../solvers/sampler/index.ts";
import type { SolveCommandOptions } from "./command.ts";

/** The sampler asked for; undefined for the default of `solve`. @throws OptionsError where --cells has nothing to do */
export function chosenSampler({ sampler, cells }: SolveCommandOptions): AnySampler | undefined {
  const name = sampler ?? (cells && namesOnCells[0]);
  if (cells !== undefined && !namesOnCells.some((one) => one === name)) {
    throw new OptionsError(`--cells is for ${namesOnCells.join(" and ")}, not for ${name}`, "cells", cells);
  }
  return name === undefined ? undefined : namedSampler(name, cells ? { shape: cells } : {});
}
