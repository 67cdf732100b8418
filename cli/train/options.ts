/** Options of `monge train` as parsed. */
import type { RainOptions } from "../../generative/data/index.ts";
import type { TrainOptions as VerbOptions } from "../../generative/training/index.ts";
import type { TimeRange } from "../../io/dataset/index.ts";
import type { AssumedUnitsOption, CommonOptions } from "../shell/read-options.ts";

/** Options that the library has under the same name. */
export const same = [
  ...(["time", "validate", "clipNegative", "rain", "notRain", "allowExternal", "wetThreshold", "factor"] as const),
  ...(["timeFactor", "cap", "start", "crop", "batch", "steps", "seed", "dropout", "threads", "device"] as const),
  ...(["out", "name", "archives", "regions", "preset", "generator", "resume"] as const),
] as const;

/** As parsed; what is absent has the default that the help names. */
export interface TrainOptions
  extends CommonOptions,
    AssumedUnitsOption,
    Pick<RainOptions, "interval">,
    Pick<VerbOptions, (typeof same)[number] | "variable">,
    Partial<Record<"data" | "fine" | "coarse" | "with" | "static" | "context", readonly string[]>> {
  readonly correct?: true | string;
  readonly validate?: TimeRange | readonly string[];
  readonly channels: number;
  readonly set?: VerbOptions;
}
