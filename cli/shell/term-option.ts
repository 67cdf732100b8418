/** `--term` of `solve` and `train`. */
import { InvalidArgumentError } from "commander";
import type { WassersteinTerm } from "../../wasserstein/term/index.ts";
import { settings } from "./settings.ts";
import { option } from "./table.ts";

/** The options of a regularizer, which the library checks. */
export const termOption = option(
  "<term>",
  "a regularizer of the loss: wasserstein, or with options wasserstein:weight=0.5,norm=dual-sobolev (default: none)",
  (word: string) => {
    const [kind, list] = word.split(/:(.*)/s);
    if (kind !== "wasserstein") throw new InvalidArgumentError("expected wasserstein, or wasserstein:NAME=VALUE,….");
    return { ...(list !== undefined && settings(list)), kind } as unknown as WassersteinTerm;
  },
);
