/** Quantile mapping at stations: as on maps whose cells are the stations. */
import { DomainError, OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import { type BaselineOptions, baselineDownscaler, downscale, downscaleTo } from "../../../generative/index.ts";
import { namedPositions } from "../../../io/field/index.ts";
import { Field, readStations } from "../../../io/index.ts";
import { assert, axis, evenly, none, refuses, temporaryFolder, test } from "../../harness.ts";

const { at } = temporaryFolder(test);

const [days, rows, columns] = [60, 2, 3];
const places = { lat: [40, 41], lon: [5, 6, 7] };

/** Daily temperatures on a grid, around `mean` with deviations of `scale`. */
function maps(seed: number, mean: number, scale: number): Field {
  return new Field({
    name: "tas",
    units: "degC",
    dims: ["time", "lat", "lon"],
    shape: [days, rows, columns],
    values: Float32Array.from(rng(seed).normal(days * rows * columns), (v) => mean + scale * v),
    coordinates: [
      axis("time", evenly(days), { units: "days since 2001-01-01", standard_name: "time" }),
      axis("lat", Float64Array.from(places.lat), { units: "degrees_north" }),
      axis("lon", Float64Array.from(places.lon), { units: "degrees_east" }),
    ],
  });
}

/** Centres of cells as stations, by row and column. */
const stations = [
  ["Upper East", 1, 2],
  ["Low", 0, 0],
  ["Middle", 0, 1],
] as const;

/** The series of the cells that the stations lie in. */
function series(field: Field, of: readonly (typeof stations)[number][] = stations): Field {
  const line = (name: "lat" | "lon", units: string, which: 1 | 2) => ({
    ...axis(
      name,
      Float64Array.from(of, (one) => places[name][one[which]]!),
      { units },
    ),
    dims: ["station"],
  });
  return new Field({
    ...{ name: field.name, units: field.units, source: "series" },
    dims: ["time", "station"],
    shape: [days, of.length],
    values: Float64Array.from({ length: days * of.length }, (_, i) => {
      const [, row, column] = of[i % of.length]!;
      return field.values[(Math.floor(i / of.length) * rows + row) * columns + column]!;
    }),
    coordinates: [
      field.coordinate("time")!,
      namedPositions(
        "station",
        "name",
        of.map(([name]) => name),
      ),
      line("lat", "degrees_north", 1),
      line("lon", "degrees_east", 2),
    ],
  });
}

const [observed, history, future] = [maps(1, 10, 4), maps(2, 13, 3), maps(3, 15, 3)];
const made = (options: Partial<BaselineOptions>, input: Field, missing: "error" | "propagate" = "error") =>
  downscale(
    baselineDownscaler({ method: "qdm", fine: series(observed), coarse: history, window: "year", ...options }),
    input,
    { missing },
  );

test("at stations in the centres of cells the mapping is that of the maps, from maps, and from series in any order", async () => {
  const backwards = [...stations].reverse();
  for (const method of ["qm", "qdm"] as const) {
    const whole = await downscale(
      baselineDownscaler({ method, fine: observed, coarse: history, window: "year" }),
      future,
    );
    const expected = series(whole.isel({ realization: 0 })).values;
    const [fromMaps, fromSeries] = [
      await made({ method }, future),
      await made({ method, coarse: series(history, backwards) }, series(future, backwards)),
    ];
    for (const field of [fromMaps, fromSeries]) {
      assert.equal([field.dims, field.shape, field.units], [["time", "station"], [days, 3], "degC"]);
      assert.equal([...field.values], [...expected], method);
    }
  }
  const between = await downscale(baselineDownscaler({ method: "bilinear", grid: series(observed) }), future);
  assert.equal([...between.values], [...series(future).values]);
});

test("a fine grid whose cells have positions of their own is mapped as the same grid of lines", async () => {
  const { lat, lon } = places;
  const two = (name: string, units: string, values: number[]) => ({
    ...axis(name, Float64Array.from(values), { units }),
    dims: ["j", "i"],
  });
  const [latitudes, longitudes] = [lat.flatMap((v) => lon.map(() => v)), lat.flatMap(() => lon)];
  const curved = observed.with({
    dims: ["time", "j", "i"],
    coordinates: [
      observed.coordinate("time")!,
      axis("j", evenly(rows), { axis: "Y" }),
      axis("i", evenly(columns), { axis: "X" }),
      two("lat", "degrees_north", latitudes),
      two("lon", "degrees_east", longitudes),
    ],
  });
  const [lines, positions] = [await made({ fine: observed }, future), await made({ fine: curved }, future)];
  assert.equal(positions.dims, ["time", "realization", "j", "i"]);
  assert.equal(positions.values, lines.values);
});

test("a written series is a CF file of stations with their names, read as it was made", async () => {
  const method = baselineDownscaler({ method: "qdm", fine: series(observed), coarse: history, window: "year" });
  await downscaleTo(at("series.nc"), method, future);
  const { field, ids } = await readStations(at("series.nc"));
  assert.equal(ids, ["Upper_East", "Low", "Middle"]);
  assert.equal([...field.values], [...(await made({}, future)).values]);
  assert.equal([...field.coordinate("longitude")!.values], [7, 5, 6]);
});

test("stations that the model lacks are missing, and other names, other numbers of stations and maps of series are refused", async () => {
  const some = stations.slice(1);
  const lacking = await made({ coarse: series(history, some) }, series(future, some), "propagate");
  none([...lacking.values.keys()], (i) => Number.isNaN(lacking.values[i]!) !== (i % 3 === 0));
  await refuses(made({}, series(future, some)), /60 of 180 values are missing/, DomainError);
  const others = [["Elsewhere", 1, 2]] as unknown as typeof some;
  await refuses(made({}, series(future, others)), /stations are Elsewhere; expected some of Upper_East/, DomainError);
  const nameless = (field: Field) => {
    const { name, units, dims, shape, values } = field;
    const coordinates = field.coordinates.filter((one) => one.name !== "station");
    return new Field({ name, units, dims, shape, values, coordinates });
  };
  await refuses(made({}, nameless(series(future, some))), /the 3 stations of .*2 without names/, ShapeError);
  await refuses(made({ fine: observed }, series(future)), /list of places/, ShapeError);
  const farm = baselineDownscaler({ method: "rainfarm", fine: series(observed) });
  await refuses(downscale(farm, future), /rainfarm makes maps, and stations are points/, OptionsError);
});

test.run();
