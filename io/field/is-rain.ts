/**
 * True if a variable is precipitation: the units first, then the CF standard name, then every other name that it has.
 * Winds, snow depths and evaporation have units of rain as well, and converters write standard names that CF does not
 * know (`unknown`, `pr`), so that none of the three decides alone.
 */
import { isMongeError, UnitsError } from "../../engine/errors.ts";
import { type Attributes, textOf } from "../storage/source.ts";
import { isStandardRain } from "./quantity.ts";
import { precipitationUnits, wayOut } from "./units.ts";

/** The parts of a variable by which its quantity is found. */
export interface NamedQuantity {
  readonly name: string;
  readonly units?: string | undefined;
  readonly attributes: Attributes;
}

/** Quantity of a variable, and the evidence for it. */
export interface RainFinding {
  /** `"unclear"`: names and units decide neither, or they disagree. */
  readonly is: "rain" | "other" | "unclear";
  /** True if a name says so, or units that hardly anything else has. */
  readonly by: "names" | "units";
  /** In words, for messages: `its standard_name is "precipitation_flux"`. */
  readonly why: string;
}

/** Short names of precipitation in the files of models, reanalyses and observations. */
const SHORT = new Set(
  (
    "pr prc prl prsn prra pre prec precc precl precsl prcp pcp ppt pptn tp cp lsp sf csf lsf tprate mtpr prate cprat crr lsrr " +
    "lsprate rprate tsrwe apcp acpcp ncpcp rr rrr ptot 228 142 143 144"
  ).split(" "),
);

/** Words of precipitation, once names are in lower case. */
const RAIN =
  /precip(?!itable)|^(pr|tp|rr|prcp|ppt)[ _-](?!wtr|water)|(?<![a-z])(prec(?![a-z])|rain|snow[ _]?fall|showers?(?![a-z])|drizzle|hail(?![a-z]))/;

/** Fresh snow as a depth of itself, not of its water. */
const FRESH = /snow[ _]?fall.*(depth|height)|(depth|height|thickness)[ _]of[ _]snow[ _]?fall/;

/** Words that make of precipitation something else: its balance, its error, its deposit. */
const DERIVED =
  /evapo|minus|deficit|anomal|(?<![a-z])(bias(?![ _-](adjust|correct))|error|uncertainty|deviation|variance|difference|number|count|probability|index|runoff)(?![a-z])|(?<![a-z])days/;

/** Words of other things that are measured in depths, masses per area or speeds. */
const OTHER =
  /precipitable|evapo|transpir|sublim|runoff|discharge|drainage|infiltr|percol|recharge|moisture|soil|snow|(?<![a-z])(swe|melt|ice)(?![a-z])|glacier|depth|height|thickness|altitude|elevation|orograph|topograph|terrain|(?<![a-z])(dem|relief)(?![a-z])|geopotential|wind|gust|speed|velocity|current|level|lake|ocean|(?<![a-z])(sea|tide|wave|waves|swell|surge)(?![a-z])|vapou?r|humidity|cloud|(?<![a-z])column|content|roughness|visibility|boundary|emission|deposition|dust|aerosol|carbon|biomass|vegetation|canopy|productivity|distance|wavelength|irrigation|dew(?![a-z])|upward|radius|displacement/;

/** Short names of other things with such units. */
const OTHER_SHORT = new Set(
  (
    "u v w uas vas sfcwind ws wspd wdspd si10 fg10 i10fg u10 v10 u10m v10m u100 v100 uo vo wo z h zs gh hgt hgt0 orog topo dem elev alt " +
    "sd sde snd snw swe rsn e et pet pev evap evspsbl evspsblpot mrro mrros mrso mrsos ro sro ssro tcw tcwv tciw tclw pwat prw clwvi " +
    "clivi blh hpbl zmla fsr z0 ssh zos adt sla dl swh mlotst"
  ).split(" "),
);

/** Names in lower case, words of one name apart: `RainRate` is `rain rate`. */
const plain = (text: string): string => text.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

/** Meaning of one name; undefined where it has none. */
function said(text: string): RainFinding["is"] | undefined {
  const words = plain(text).trim();
  if (SHORT.has(words) || /^(rr|r)\d+$/.test(words)) return "rain";
  if (OTHER_SHORT.has(words)) return "other";
  if (FRESH.test(words)) return "other";
  if (RAIN.test(words)) return DERIVED.test(words) ? "unclear" : "rain";
  return OTHER.test(words) ? "other" : undefined;
}

/** True if units measure a depth of water or its mass per area, in all or per time. */
export function measuresWater(units: string | undefined): boolean {
  try {
    precipitationUnits(units);
    return true;
  } catch (error) {
    if (isMongeError(error)) return false;
    throw error;
  }
}

/** Units that hardly anything else is measured in. */
function saysRain(units: string): boolean {
  const { kind, mass } = precipitationUnits(units);
  return mass ? kind === "rate" || /\bl\b/.test(units) : /mm|milli|inch|\bin\b|\bl\b/.test(units);
}

/** Attributes that name a variable besides its standard name; those of GRIB are written by converters. */
const TITLES = ["long_name", "GRIB_name", "GRIB_cfName", "GRIB_shortName", "GRIB_paramId"];

/** Quantity of a variable by its units and names. */
export function rainFinding({ name, units, attributes }: NamedQuantity): RainFinding {
  const standard = textOf(attributes, "standard_name") ?? "";
  const titles = TITLES.flatMap((key) =>
    attributes[key] === undefined ? [] : [[key, String(attributes[key])] as const],
  );
  const votes = [["name", name] as const, ...titles].map(([key, text]) => ({ key, text, is: said(text) }));
  const vote = (is: RainFinding["is"]) => votes.find((one) => one.is === is);
  const shown = ({ key, text }: { readonly key: string; readonly text: string }) => `its ${key} is "${text}"`;
  const unit = units === undefined || units.trim() === "" ? "it has no units" : `its units are "${units}"`;
  const found = (is: RainFinding["is"], why: string): RainFinding => ({ is, by: "names", why });
  if (!measuresWater(units)) {
    // A share, a chance or a kind of rain is something else.
    if (units !== undefined && /^(1|%|percent|dBZ|)$/i.test(units.trim()))
      return { is: "other", by: "units", why: unit };
    const named = standard.includes("_") ? [] : votes;
    const own = isStandardRain(standard)
      ? { key: "standard_name", text: standard }
      : named.find(({ text }) => isRainItself(text));
    return own ? found("unclear", `${shown(own)}, but ${unit}`) : { is: "other", by: "units", why: unit };
  }
  const byStandard = isStandardRain(standard) ? "rain" : said(standard);
  if (byStandard !== undefined) return found(byStandard, `its standard_name is "${standard}"`);
  const [rain, other, unclear] = [vote("rain"), vote("other"), vote("unclear")];
  if (unclear) return found("unclear", `${unit}, and ${shown(unclear)}`);
  if (rain && other) return found("unclear", `${shown(rain)}, but ${shown(other)}`);
  if (rain ?? other) return found((rain ?? other)!.is!, shown((rain ?? other)!));
  // A standard name that says nothing here says that it is something.
  if (standard.includes("_")) return found("unclear", `${unit}, and its standard_name is "${standard}"`);
  if (saysRain(units!)) return { is: "rain", by: "units", why: unit };
  return { is: "unclear", by: "units", why: `${unit}, and no name of it says more` };
}

/** True if a name means rain itself: no share, chance or kind of it, and nothing else (`pre` is pressure too). */
const isRainItself = (name: string): boolean =>
  /^(pr|tp|prcp|ppt|prate|tprate|precip|rain|(total[ _]?)?(precipitation|rainfall)([ _](rate|flux|amount|sum))?)$/.test(
    plain(name),
  );

/**
 * True if a variable is precipitation.
 *
 * @param where - what asks, for messages
 * @param stated - what the caller says, which decides; undefined asks units and names
 * @param ways - options that say so, for messages
 * @throws UnitsError where they leave it open or disagree, and where rain is stated of units that measure none
 */
export function isRain(
  where: string,
  field: NamedQuantity,
  stated?: boolean | undefined,
  [yes, no]: readonly [yes: string, no: string] = ["rain: true", "rain: false"],
): boolean {
  if (stated === true) precipitationUnits(field.units, { variable: field.name });
  if (stated !== undefined) return stated;
  const { is, why } = rainFinding(field);
  if (is !== "unclear") return is === "rain";
  const way = measuresWater(field.units)
    ? `say \`${yes}\` where it is, \`${no}\` where it is not`
    : `${wayOut(field.units ?? "")}state the right ones with \`field.with({ units })\`, or say \`${no}\``;
  const what = "units and names of precipitation, or of something else";
  throw new UnitsError(`${where}: it may be precipitation: ${why}; ${way}`, field.units ?? "", what);
}
