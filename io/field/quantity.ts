/**
 * CF attributes of precipitation, besides its units: `standard_name` and the `time:` entry of `cell_methods`
 * (CF-1.11, 3.3 and 7.3). They must agree with the units, and follow them through a conversion.
 */
import { UnitsError } from "../../engine/errors.ts";
import { pickAttributes } from "../storage/attributes.ts";
import { type Attributes, textOf } from "../storage/source.ts";
import type { Field } from "./field.ts";
import { timeAxis } from "./time-axis.ts";

/** Amounts fall in an interval; rates are amounts per time. */
export type PrecipitationKind = "amount" | "rate";

/** Longest text of cell methods that is read. */
const LONGEST = 4000;

const NAME =
  /^(lwe_)?(thickness_of_)?((?:convective_|stratiform_|large_scale_|solid_)?(?:precipitation|rainfall|snowfall))_(flux|amount|rate)$/;

/** The parts of a standard name of precipitation, or undefined for others. */
function familyOf(name: string): { readonly family: string; readonly kind: PrecipitationKind } | undefined {
  const match = NAME.exec(name);
  if (!match) return undefined;
  // The depth of fresh snow is not a depth of water.
  if (match[2] && !match[1] && !/rainfall/.test(match[3]!)) return undefined;
  return { family: match[3]!, kind: match[4] === "amount" ? "amount" : "rate" };
}

/** True if a text is a CF standard name of precipitation. */
export const isStandardRain = (name: string): boolean => familyOf(name) !== undefined;

/** The standard name of a kind of precipitation in masses (kg m-2) or in depths of water. */
function nameOf(family: string, kind: PrecipitationKind, mass: boolean): string {
  if (mass) return `${family}_${kind === "rate" ? "flux" : "amount"}`;
  const water = /rainfall/.test(family) ? "" : "lwe_";
  return kind === "rate" ? `${water}${family}_rate` : `${water}thickness_of_${family}_amount`;
}

/** The name of time in cell methods; of a single map that of its scalar coordinate. */
const timeNameOf = (field: Field): string | undefined => field.dimOf("time") ?? timeAxis(field)?.name;

/** Methods that `cell_methods` states for time, in order: `["sum"]`, `["mean", "maximum"]`. */
export function timeMethods(attributes: Attributes, timeName = "time"): string[] {
  const text = textOf(attributes, "cell_methods") ?? "";
  if (text.length > LONGEST) {
    const what = `cell_methods "${text.slice(0, 40)}…" has ${text.length} characters, above ${LONGEST}`;
    throw new UnitsError(`${what}; shorten it`, text.slice(0, 40), "cell_methods such as time: sum");
  }
  const bare = text.replace(/\([^()]*\)/g, " ");
  return [...bare.matchAll(/(?=[\w-])(?<![\w-])(?<!:\s*)((?:[\w-]+\s*:\s*)+)([A-Za-z_]+)/g)]
    .filter((match) => match[1]!.split(":").some((name) => name.trim() === "time" || name.trim() === timeName))
    .map((match) => match[2]!.toLowerCase());
}

/**
 * Checks that `standard_name` and `cell_methods` agree with units that measure an amount or a rate.
 *
 * @param target - what the values are to become; a change of kind asks more of `cell_methods`
 * @throws UnitsError naming the disagreement and the override
 */
export function checkQuantity(where: string, field: Field, kind: PrecipitationKind, target: PrecipitationKind): void {
  const { units = "", attributes } = field;
  const fail = (what: string, expected: string): UnitsError =>
    new UnitsError(
      `${where}: units "${units}" measure ${kind === "rate" ? "a rate" : "an amount"}, but ${what}; expected ` +
        `${expected}; if the units are wrong, state the right ones (\`field.with({ units })\`); if they are right, ` +
        "`override: true` writes the other attributes anew",
      units,
      expected,
    );
  const name = textOf(attributes, "standard_name") ?? "";
  const known = familyOf(name);
  if (known && known.kind !== kind) {
    throw fail(`standard_name is "${name}", ${known.kind === "rate" ? "a rate" : "an amount"}`, "the same of both");
  }
  if (!known && name.includes("_") && !/precipitation|rainfall|(?<!thickness_of_)snowfall/.test(name)) {
    throw fail(`standard_name is "${name}", which is not precipitation`, "a name of precipitation, or none");
  }
  const methods = timeMethods(attributes, timeNameOf(field));
  const last = methods.at(-1);
  if (kind === "rate" && methods.includes("sum")) {
    throw fail('cell_methods says "time: sum", and sums over time are amounts', '"time: mean" or "time: point"');
  }
  if (kind === target || last === undefined) return;
  const fit = kind === "amount" ? ["sum"] : ["mean", "point"];
  if (methods.every((method) => fit.includes(method))) return;
  throw fail(
    `cell_methods says "time: ${last}", which ${target === "rate" ? "division" : "multiplication"} by the length of ` +
      `the interval does not turn into ${target === "rate" ? "a mean rate" : "an amount"}`,
    fit.map((method) => `"time: ${method}"`).join(" or "),
  );
}

/** `cell_methods` with another method for time; the entry is added where there is none and `add` is set. */
export function withTimeMethod(methods: string | undefined, method: string, timeName = "time", add = false): string {
  const text = methods ?? "";
  let found = false;
  // Names with colons, then the method; a word is begun once only, so that the work grows with the length.
  const changed = text.replace(/(?=[\w-])(?<!\S)(?<!:\s*)((?:[\w-]+\s*:\s*)+)[A-Za-z_]+/g, (entry, names: string) => {
    if (!names.split(":").some((name) => ["time", timeName].includes(name.trim()))) return entry;
    found = true;
    return `${names}${method}`;
  });
  if (found) return changed;
  return add ? `${timeName}: ${method}${text && ` ${text}`}` : text;
}

/** Titles that mention the other quantity. */
const OTHER_TITLE: Readonly<Record<PrecipitationKind, RegExp>> = {
  rate: /(^|[^a-z])(amount|sum|accumulat\w*)([^a-z]|$)/i,
  amount: /(^|[^a-z])(rate|flux|intensity)([^a-z]|$)/i,
};

/** Attributes of a field whose values became `kind` in masses or depths: standard name and, where it changed, method. */
export function quantityAttributes(
  field: Field,
  target: { readonly kind: PrecipitationKind; readonly mass: boolean },
  changed: boolean,
): Attributes {
  const name = textOf(field.attributes, "standard_name") ?? "";
  const family = familyOf(name)?.family ?? "precipitation";
  const methods = textOf(field.attributes, "cell_methods");
  const time = timeNameOf(field);
  const method = target.kind === "rate" ? "mean" : "sum";
  // A title of what the values no longer are.
  const stale = changed && OTHER_TITLE[target.kind].test(textOf(field.attributes, "long_name") ?? "");
  return {
    ...pickAttributes(field.attributes, (key) => !(stale && key === "long_name")),
    ...(changed && methods !== undefined && { cell_methods: withTimeMethod(methods, method, time) }),
    standard_name: nameOf(family, target.kind, target.mass),
  };
}
