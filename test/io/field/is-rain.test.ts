/** Which variables are precipitation: names and units as files of models, reanalyses, radars and gauges have them. */
import { UnitsError } from "../../../engine/index.ts";
import { isRain, rainFinding } from "../../../io/field/index.ts";
import { assert, test, throws } from "../../harness.ts";

type Text = string | undefined;
type Row = readonly [name: string, units: Text, standard?: Text, long?: Text];
const of = ([name, units, standard, long]: Row): Parameters<typeof rainFinding>[0] => ({
  ...{ name, units },
  attributes: {
    ...(standard !== undefined && { standard_name: standard }),
    ...(long !== undefined && { long_name: long }),
  },
});

const rows: Readonly<Record<"rain" | "other" | "unclear", readonly Row[]>> = {
  rain: [
    ["tp", "m", "unknown", "Total precipitation"],
    ["tp", "m", "unknown"],
    ["tp", "m"],
    ["pr", "mm", "pr", "pr"],
    ["pr", "kg m-2 s-1", "precipitation_flux", "Precipitation"],
    ["v1", "mm"],
    ["Band1", "mm/day"],
    ["x", "kg m-2 s-1"],
    ["rr", "mm", "thickness_of_rainfall_amount", "rainfall"],
    ["sf", "m", "lwe_thickness_of_snowfall_amount", "Snowfall (water equivalent)"],
    ["RAINNC", "mm", undefined, "ACCUMULATED TOTAL GRID SCALE PRECIPITATION"],
    ["PrecipRate", "mm/h", undefined, "Radar precipitation rate"],
    ["hourlyRain", "m s-1"],
    ["precipitation", "cm", undefined, "Precipitation height at ground level over sea and lakes"],
    ["pr", "mm", "total_precipitation"],
    ["prAdjust", "mm/day", undefined, "Bias-Adjusted Precipitation"],
    ["var228", "m", undefined, "Total precipitation (rain + snow)"],
  ],
  other: [
    ["u10", "m s-1", "eastward_wind"],
    ["u10", "m s-1"],
    ["q", "m/s", undefined, "10 metre U wind component"],
    ["tcwv", "kg m-2", undefined, "Total column water vapour"],
    ["pr_wtr", "kg m-2", undefined, "Precipitable water"],
    ["x", "kg m-2", "atmosphere_mass_content_of_water_vapor"],
    ["sd", "m", undefined, "Snow depth"],
    ["snd", "m", "surface_snow_thickness"],
    ["snw", "kg m-2", "surface_snow_amount"],
    ["prsn", "m", "thickness_of_snowfall_amount"],
    ["e", "m", "unknown", "Evaporation"],
    ["evspsbl", "kg m-2 s-1", "water_evapotranspiration_flux"],
    ["ro", "mm/day", undefined, "Runoff"],
    ["dl", "m", undefined, "Lake total depth"],
    ["terrain", "m"],
    ["z", "m"],
    ["a", "m", "altitude"],
    ["gpp", "kg m-2 s-1", "gross_primary_productivity_of_biomass_expressed_as_carbon"],
    ["tas", "K", "air_temperature"],
    ["pr", "K", "air_temperature"],
    ["pop", "%", undefined, "Probability of precipitation"],
    ["pre", "hPa", undefined, "Pressure"],
  ],
  unclear: [
    ["Band1", "m"],
    ["x", "m s-1"],
    ["x", "kg m-2"],
    ["tp", "m", undefined, "Snow depth"],
    ["pe", "mm", undefined, "Precipitation minus evaporation"],
    ["anomaly", "mm", undefined, "Precipitation anomaly"],
    ["x", "mm", "some_thing"],
    ["pr", "mm/m"],
    ["pr", "degC"],
    ["pr", undefined],
    ["x", "K", "precipitation_flux"],
  ],
};

for (const [is, list] of Object.entries(rows)) {
  test(`units first, then names: ${is}`, () => {
    for (const row of list) assert.is(rainFinding(of(row)).is, is, `${row.join(", ")}: ${rainFinding(of(row)).why}`);
  });
}

test("attributes of GRIB name the parameter where CF names say nothing", () => {
  const field = { name: "unknown", units: "m", attributes: { standard_name: "unknown", GRIB_paramId: 228 } };
  assert.is(rainFinding(field).is, "rain");
  assert.is(rainFinding({ ...field, attributes: { GRIB_name: "Snow depth" } }).is, "other");
});

test("what is open is refused with what decides it, and what is stated decides", () => {
  const refused = (row: Row, message: RegExp) => throws(() => isRain("train: fine", of(row)), UnitsError, message);
  refused(["Band1", "m"], /train: fine: .*units are "m", and no name of it says more; say `rain: true` where it is/);
  refused(["pr", "mm/m"], /name is "pr", but its units are "mm\/m"; "mm\/m" is millimetres per metre.*`rain: false`/);
  assert.ok(isRain("x", of(["Band1", "m"]), true));
  assert.not(isRain("x", of(["pr", "mm", "precipitation_flux"]), false));
  throws(() => isRain("x", of(["pr", "K"]), true), UnitsError, /./);
});

test.run();
