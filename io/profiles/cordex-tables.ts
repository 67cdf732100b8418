/**
 * Controlled vocabulary of CORDEX-CMIP6 (WCRP-CORDEX/cordex-cmip6-cv and cordex-cmip6-cmor-tables, May 2026). Institutions
 * and models are registered from month to month, and not listed here.
 */

/** Regions by the first part of a domain, and their resolutions; `i` marks grids of longitude and latitude. */
export const regions: Readonly<Record<string, readonly [name: string, resolutions: string]>> = {
  AFR: ["Africa", "12 18 25 50 50i"],
  ALPX: ["Alps Extended", "3"],
  ANT: ["Antarctica", "12 12i 50i"],
  ARC: ["Arctic", "12 12i 50i"],
  AUS: ["Australasia", "12 12i 20i 25 25i 50 50i"],
  CAM: ["Central America", "12 12i 18 25 25i 50 50i"],
  CAS: ["Central Asia", "12 12i 25 25i 50 50i"],
  CEUX: ["Central Europe Extended", "3"],
  EAS: ["East Asia", "12 12i 25 25i 50 50i"],
  EUR: ["Europe", "12 12i 25 25i 50 50i"],
  MED: ["Mediterranean", "12 12i 25 25i 50 50i"],
  MNA: ["Middle East and North Africa", "12 12i 25 25i 50 50i"],
  NAM: ["North America", "12 12i 25 25i 50 50i"],
  NSEA: ["North Sea", "3"],
  PARIS: ["Paris", "3"],
  SAM: ["South America", "12 12i 25 25i 50 50i"],
  SEA: ["South East Asia", "12 12i 25 25i"],
  WAS: ["South Asia", "12 12i 18 25 25i 50 50i"],
};

/** Driving experiments and their descriptions. */
export const experiments: Readonly<Record<string, string>> = {
  evaluation: "reanalysis simulation of the recent past",
  historical: "all-forcing simulation of the recent past",
  ssp119: "low-end scenario reaching 1.9 W m-2, based on SSP1",
  ssp126: "update of RCP2.6 based on SSP1",
  ssp245: "update of RCP4.5 based on SSP2",
  ssp370: "gap-filling scenario reaching 7.0 based on SSP3",
  ssp585: "update of RCP8.5 based on SSP5",
};

/** Attributes that every file has, and the one value of some. */
export const fixed: Readonly<Record<string, string>> = {
  ...{ Conventions: "CF-1.11", mip_era: "CMIP6", product: "model-output", project_id: "CORDEX-CMIP6" },
  license: "https://cordex.org/data-access/cordex-cmip6-data/cordex-cmip6-terms-of-use",
};

/** Required global attributes (section 2, table 1), besides those with one value. */
export const required = [
  ...["activity_id", "contact", "creation_date", "domain", "domain_id", "driving_experiment", "driving_experiment_id"],
  ...["driving_institution_id", "driving_source_id", "driving_variant_label", "frequency", "grid", "institution"],
  ...["institution_id", "source", "source_id", "source_type", "tracking_id", "variable_id", "version_realization"],
] as const;

/** Parts of the name of a file (section 3), before its times. */
export const parts = [
  ...["variable_id", "domain_id", "driving_source_id", "driving_experiment_id", "driving_variant_label"],
  ...["institution_id", "source_id", "version_realization", "frequency"],
] as const;

/** Variables: standard name, units, method along time of days. */
export const variables: Readonly<Record<string, readonly [standardName: string, units: string, long: string]>> = {
  pr: ["precipitation_flux", "kg m-2 s-1", "Precipitation"],
  prc: ["convective_precipitation_flux", "kg m-2 s-1", "Convective Precipitation"],
  prsn: ["snowfall_flux", "kg m-2 s-1", "Snowfall Flux"],
  tas: ["air_temperature", "K", "Near-Surface Air Temperature"],
  tasmax: ["air_temperature", "K", "Daily Maximum Near-Surface Air Temperature"],
  tasmin: ["air_temperature", "K", "Daily Minimum Near-Surface Air Temperature"],
  psl: ["air_pressure_at_mean_sea_level", "Pa", "Sea Level Pressure"],
  huss: ["specific_humidity", "1", "Near-Surface Specific Humidity"],
  hurs: ["relative_humidity", "%", "Near-Surface Relative Humidity"],
  sfcWind: ["wind_speed", "m s-1", "Near-Surface Wind Speed"],
};

/** Seconds between the times of a frequency; of months and fixed fields none. */
export const seconds: Readonly<Record<string, number | undefined>> = {
  ...{ "1hr": 3600, "3hr": 10_800, "6hr": 21_600, day: 86_400, mon: undefined, fx: undefined },
};
