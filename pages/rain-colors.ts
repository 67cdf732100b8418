/** Colours of rain. A sum has those of its mean rate, so that five minutes and a month can both be read. */
import { isMongeError } from "../engine/errors.ts";
import { significant } from "../engine/text/number.ts";
import { precipitationFactor, precipitationUnits } from "../io/field/index.ts";
import { rainScale } from "../report/index.ts";

/** Over half a day and longer drizzle is rain: the lowest step is 0.5 mm/day, for shorter times 0.1 mm/h. */
const halfDay = 43_200;

/**
 * The scale of precipitation in some units.
 *
 * @param units - of precipitation; for others the lowest step is 0.5
 * @param seconds - that each value stands for; undefined where it is not known: then units by the hour are hourly, all
 * others daily
 */
export function rainColors(units: string, seconds: number | undefined): ReturnType<typeof rainScale> {
  const kind = kindOf(units);
  if (kind === undefined) return rainScale({ first: 0.5 });
  const isShort = seconds === undefined ? /h-1|\/h/.test(units) : seconds < halfDay;
  const rate = isShort ? 0.1 : 0.5 / 24;
  const lowest =
    kind === "rate"
      ? rate / precipitationFactor(units, "mm h-1")
      : (rate * ((seconds ?? 86_400) / 3600)) / precipitationFactor(units, "mm");
  return rainScale({ first: rounded(lowest) });
}

function kindOf(units: string) {
  try {
    return precipitationUnits(units).kind;
  } catch (error) {
    if (isMongeError(error)) return undefined;
    throw error;
  }
}

/** The nearest of 1, 2 and 5 times a power of ten, by ratio. */
function rounded(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const far = (digit: number) => Math.abs(Math.log((digit * decade) / value));
  const digit = [1, 2, 5, 10].reduce((best, one) => (far(one) < far(best) ? one : best));
  return significant(digit * decade, 1);
}
