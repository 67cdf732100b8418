/** Redraws of blocks of a variable's times. */
import { DomainError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { instantsOf, timeAxis } from "../../io/field/index.ts";
import { type BlockBootstrap, blockLength, enough, redraws } from "./blocks.ts";

/**
 * Redraws of the times of a variable.
 *
 * @throws DomainError where the times are too few, or days are asked for and times not known
 */
export function redrawingOf(
  bootstrap: BlockBootstrap,
  times: number,
  truth: LazyField,
  { caller, stream }: { readonly caller: string; readonly stream: string } = { caller: "verify", stream: "blocks" },
) {
  const days = spacing(truth);
  const block = blockLength(bootstrap, times, days);
  if (!enough(times, block) && bootstrap.tooFew !== "none") {
    const way = 'give a shorter `block`, or more times; `tooFew: "none"` leaves intervals out';
    throw new DomainError(`${caller}: ${times} common times are fewer than two blocks of ${block}; ${way}`, times);
  }
  const { seed, draws = 1000 } = bootstrap;
  return (count: number, onDraw: () => void) => {
    const own = blockLength(bootstrap, count, days);
    if (!enough(count, own)) return undefined;
    const each = function* () {
      for (const weights of redraws(rng(seed).split(stream), count, own, draws)) {
        yield weights;
        onDraw();
      }
    };
    return { draws: each(), block: own };
  };
}

/** Days from one time to the next, in the middle of all; undefined without times. */
function spacing(field: LazyField): number | undefined {
  const time = timeAxis(field);
  if (time === undefined || time.values.length < 2) return undefined;
  const instants = instantsOf(time);
  const steps = instants.slice(1).map((t, i) => Math.abs(t - instants[i]!));
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)]! / 86_400_000;
}
