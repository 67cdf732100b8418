/** The options of the library that draw what `monge downscale` and `monge plan` were asked for. */
import type { Command } from "commander";
import { Downscaler } from "../../generative/model/index.ts";
import type { AnyDownscaler } from "../../generative/sampling/index.ts";
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
  return {
    ...input.reading,
    ...input.covariates,
    inputs,
    attributes: input.attributes,
    history: `monge ${process.argv.slice(2).map(shellWord).join(" ")}`,
    members: plan.members,
    seed: plan.seed,
    ...(options.evaluations !== undefined && { evaluations: options.evaluations }),
    ...(plan.sampler !== null && { method: plan.sampler }),
    ...(plan.conserve !== null && { conserve: plan.conserve }),
    ...(plan.factor !== null && model instanceof Downscaler && { factor: plan.factor }),
    ...(plan.archive !== null && { archive: plan.archive }),
    ...(plan.coherence !== null && { coherence: plan.coherence }),
    missing: plan.missing,
    clipNegative: plan.clipNegative,
    coarsen: plan.coarsen,
    force: plan.force,
    ...(plan.method === null && plan.wetThreshold !== null && { wetThreshold: plan.wetThreshold }),
    ...(plan.unit !== null && { unit: plan.unit }),
    ...(plan.zarrVersion !== null && { version: plan.zarrVersion }),
    onNotice: (line) => say(withFlags(line, command)),
  };
}
