/**
 * Names and units of what precipitation needs, by the numbers of WMO's tables (WMO-No. 306, I.2, code table 4.2, and
 * table 2 of edition 1), ECMWF's table 128 and the tables of NSSL's MRMS; all else goes by its numbers, without units.
 */
import type { GribParameter } from "./message.ts";

type Entry = readonly [name: string, units: string, title: string];
const TP = "Total precipitation";

/** Edition 2, `discipline.category.number`. */
const WMO2: Readonly<Record<string, Entry>> = {
  "0.0.0": ["t", "K", "Temperature"],
  "0.0.6": ["dpt", "K", "Dew point temperature"],
  "0.1.0": ["q", "kg kg-1", "Specific humidity"],
  "0.1.1": ["r", "%", "Relative humidity"],
  "0.1.3": ["pwat", "kg m-2", "Precipitable water"],
  "0.1.7": ["prate", "kg m-2 s-1", "Precipitation rate"],
  "0.1.8": ["tp", "kg m-2", TP],
  "0.1.9": ["ncpcp", "kg m-2", "Large-scale precipitation"],
  "0.1.10": ["acpcp", "kg m-2", "Convective precipitation"],
  "0.1.37": ["cprat", "kg m-2 s-1", "Convective precipitation rate"],
  "0.1.52": ["tprate", "kg m-2 s-1", "Total precipitation rate"],
  "0.1.53": ["tsrwe", "kg m-2 s-1", "Total snowfall rate water equivalent"],
  "0.1.54": ["lsprate", "kg m-2 s-1", "Large-scale precipitation rate"],
  "0.1.64": ["tcwv", "kg m-2", "Total column integrated water vapour"],
  "0.1.65": ["rprate", "kg m-2 s-1", "Rain precipitation rate"],
  "0.2.2": ["u", "m s-1", "U component of wind"],
  "0.2.3": ["v", "m s-1", "V component of wind"],
  "0.2.22": ["gust", "m s-1", "Wind speed (gust)"],
  "0.3.0": ["pres", "Pa", "Pressure"],
  "0.3.1": ["prmsl", "Pa", "Pressure reduced to mean sea level"],
  "0.3.4": ["z", "m2 s-2", "Geopotential"],
  "0.3.5": ["gh", "m", "Geopotential height"],
  "0.6.1": ["tcc", "%", "Total cloud cover"],
};

/** Edition 1, table 2 of the WMO (versions 1 to 3). */
const WMO1: Readonly<Record<number, Entry>> = {
  1: ["pres", "Pa", "Pressure"],
  2: ["prmsl", "Pa", "Pressure reduced to mean sea level"],
  6: ["z", "m2 s-2", "Geopotential"],
  7: ["gh", "m", "Geopotential height"],
  11: ["t", "K", "Temperature"],
  17: ["dpt", "K", "Dew point temperature"],
  33: ["u", "m s-1", "U component of wind"],
  34: ["v", "m s-1", "V component of wind"],
  51: ["q", "kg kg-1", "Specific humidity"],
  52: ["r", "%", "Relative humidity"],
  54: ["pwat", "kg m-2", "Precipitable water"],
  59: ["prate", "kg m-2 s-1", "Precipitation rate"],
  61: ["tp", "kg m-2", TP],
  62: ["ncpcp", "kg m-2", "Large-scale precipitation"],
  63: ["acpcp", "kg m-2", "Convective precipitation"],
  71: ["tcc", "%", "Total cloud cover"],
};

/** ECMWF's table 128; its precipitation is in metres of water. */
const ECMWF: Readonly<Record<number, Entry>> = {
  129: ["z", "m2 s-2", "Geopotential"],
  130: ["t", "K", "Temperature"],
  131: ["u", "m s-1", "U component of wind"],
  132: ["v", "m s-1", "V component of wind"],
  133: ["q", "kg kg-1", "Specific humidity"],
  134: ["sp", "Pa", "Surface pressure"],
  137: ["tcwv", "kg m-2", "Total column water vapour"],
  142: ["lsp", "m", "Large-scale precipitation"],
  143: ["cp", "m", "Convective precipitation"],
  144: ["sf", "m", "Snowfall (water equivalent)"],
  151: ["msl", "Pa", "Mean sea level pressure"],
  157: ["r", "%", "Relative humidity"],
  165: ["u10", "m s-1", "10 metre U wind component"],
  166: ["v10", "m s-1", "10 metre V wind component"],
  167: ["t2m", "K", "2 metre temperature"],
  168: ["d2m", "K", "2 metre dewpoint temperature"],
  228: ["tp", "m", TP],
};

const MRMS: Readonly<Record<string, Entry>> = { "209.6.1": ["PrecipRate", "mm/h", "Radar precipitation rate"] };

function named(key: string, entry: Entry | undefined): GribParameter {
  const bare = `param_${key.slice(2).replaceAll(".", "_")}`;
  return { key, name: entry?.[0] ?? bare, units: entry?.[1], title: entry?.[2] };
}

/** A parameter of edition 1. */
export function parameter1(centre: number, table: number, number: number): GribParameter {
  const entry = table <= 3 ? WMO1[number] : centre === 98 && table === 128 ? ECMWF[number] : undefined;
  const known = number < 128 || table > 3 ? entry : undefined;
  return named(`1/${centre}.${table}.${number}`, known);
}

/** A parameter of edition 2; numbers of centres of their own are known for ECMWF's precipitation and MRMS only. */
export function parameter2(centre: number, discipline: number, category: number, number: number): GribParameter {
  const key = `${discipline}.${category}.${number}`;
  const local = discipline > 191 || category > 191 || number > 191;
  const entry =
    centre === 98 && key === "0.1.193"
      ? (["tp", "m", TP] as const)
      : centre === 161 && discipline === 209
        ? MRMS[key]
        : WMO2[key];
  return named(local ? `2/${centre}.${key}` : `2/${key}`, entry);
}
