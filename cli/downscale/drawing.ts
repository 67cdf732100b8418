/** The options of the library that draw what `monge downscale` and `monge plan` were asked for. */
import type { Command } from "commander";
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { type AnyDownscaler, isModel } from "../../generative/sampling/index.ts";
import type { PlanOptions } from "../../generative/sharded/index.ts";
import { withFlags } from "../shell/flag-names.ts";
import { say, shellWord } from "../shell/terminal.ts";
import type { Input } from "./input.ts";
import type { DrawingOptions } from "./options.ts";
import type { ResolvedDownscale } from "./resolve.ts";

export function drawingOf(
  plan: ResolvedDownscale,
  options: DrawingOptions,
  {
    model,
    input,
    inputs,
    command,
  }: {
    readonly model: AnyDownscaler;
    readonly input: Input;
    readonly inputs: readonly string[];
    readonly command: Command;
  },
): PlanOptions {
  const { amplitude, conserve, archive, coherence, clipNegative, coarsen, force, unit } = plan;
  return {
    ...input.reading,
    ...input.covariates,
    inputs,
    attributes: input.attributes,
    history: `monge ${process.argv.slice(2).map(shellWord).join(" ")}`,
    members: plan.members,
    seed: plan.seed,
    missing: plan.missing,
    ...defined({
      cutOff: cutOffOf(plan, input),
      ...{ amplitude, conserve, archive, coherence, clipNegative, coarsen, force, unit },
      evaluations: options.evaluations,
      method: plan.sampler,
      version: plan.zarrVersion,
      factor: isModel(model) ? plan.factor : undefined,
      wetThreshold: plan.method === undefined ? plan.wetThreshold : undefined,
    }),
    onNotice: (line) => say(withFlags(line, command)),
  };
}

/** @throws OptionsError for the cut-off of a file in other units than those of the input */
function cutOffOf({ cutOff, cutOffUnits, amplitude }: ResolvedDownscale, { field }: Input): number | undefined {
  if (cutOffUnits === undefined || cutOffUnits === field.units) return cutOff;
  const text = `the cut-off beside the amplitude ${amplitude} is ${cutOff} ${cutOffUnits}, and INPUT is in ${field.units ?? "no units"}`;
  throw new OptionsError(`${text}; give it in INPUT's units with --cut-off`, "cutOff", cutOff);
}
