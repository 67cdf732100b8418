/** Rain along time at places and in areas, and sums over the event, are those of the files. */
import { readFileSync, writeFileSync } from "node:fs";
import { type Field, writeField } from "../../io/index.ts";
import { hyetographs, stepsOf } from "../../pages/hyetographs.ts";
import { mongeHere } from "../cli/run.ts";
import { assert, equalBy, evenly, temporaryFolder, test } from "../harness.ts";
import { over } from "../io/fields.ts";

const { at } = temporaryFolder(test);
const [TIMES, MEMBERS, SIDE] = [6, 3, 4];

/** Rates of whole numbers every ten minutes, so that sums are exact in thought. */
function rates(members: number | undefined, first: number, times = TIMES): Field {
  const count = members ?? 1;
  return over(
    {
      time: [evenly(times, 0, 10), "minutes since 2016-07-11"],
      ...(members && { realization: [evenly(members), "1"] as const }),
      lat: [evenly(SIDE, 45), "degrees_north"],
      lon: [evenly(SIDE, 8), "degrees_east"],
    },
    {
      ...{ units: "mm h-1", attributes: { standard_name: "lwe_precipitation_rate" } },
      values: Float64Array.from({ length: times * count * SIDE * SIDE }, (_, i) => (i * 7 + first) % 13),
    },
  );
}

const [forecast, truth] = [rates(MEMBERS, 0), rates(undefined, 5)];
const valueAt = (field: Field, time: number, member: number, cell: number) =>
  field.values[(time * (field.dims.length === 4 ? MEMBERS : 1) + member) * SIDE * SIDE + cell]!;
/** In mm: each value stands for ten minutes. */
const sumAt = (field: Field, member: number, cell: number) =>
  Array.from({ length: TIMES }, (_, t) => valueAt(field, t, member, cell)).reduce((a, b) => a + b, 0) / 6;

/** Mean over cells of the truth's mean rate of the hour. */
const truthOfHour = () =>
  Array.from({ length: SIDE * SIDE }, (_, cell) => sumAt(truth, 0, cell)).reduce((a, b) => a + b, 0) / (SIDE * SIDE);

test.before(async () => {
  await writeField(at("forecast.nc"), forecast);
  await writeField(at("truth.nc"), truth);
  const ring = [
    [8.5, 44.5],
    [10.5, 44.5],
    [10.5, 45.4],
    [8.5, 45.4],
    [8.5, 44.5],
  ];
  const basin = { type: "Feature", properties: { name: "Ticino" }, geometry: { type: "Polygon", coordinates: [ring] } };
  writeFileSync(at("basin.geojson"), JSON.stringify(basin));
});

test("report --at --areas --sums has the rain of a cell and of a catchment, its sums, and their map", async () => {
  const places = ["--at", "9.2,46.3", "--areas", at("basin.geojson")];
  const said = await mongeHere(
    ...["report", at("forecast.nc"), "--truth", at("truth.nc"), "-o", at("page.html")],
    ...[...places, "--sums", "--film", "--accumulate", "20min,1h"],
  );
  assert.is(said.status, 0, said.stderr);
  const page = readFileSync(at("page.html"), "utf8");
  const rowOf = (place: string) =>
    [...new RegExp(`<th scope="row">${place}</th>(.*?)</tr>`).exec(page)![1]!.matchAll(/>([\d.]+)</g)].map(([, v]) =>
      Number(v),
    );
  const expected = (cells: readonly number[]) => {
    const mean = (field: Field, member: number) =>
      cells.reduce((sum, cell) => sum + sumAt(field, member, cell), 0) / cells.length;
    const members = Array.from({ length: MEMBERS }, (_, m) => mean(forecast, m));
    return [mean(truth, 0), members.reduce((a, b) => a + b, 0) / MEMBERS, Math.min(...members), Math.max(...members)];
  };
  const same = (found: readonly number[], wanted: readonly number[]) => {
    assert.is(found.length, 4);
    for (const [k, v] of wanted.entries()) assert.ok(Math.abs(found[k]! - v) < 6e-4 * v, `${found} and ${wanted}`);
  };
  same(rowOf("9.2, 46.3"), expected([SIDE + 1]));
  same(rowOf("Ticino"), expected([1, 2]));
  assert.match(page, /Sums from 2016-07-11 00:00:00 to 2016-07-11 01:00:00, in mm/);
  assert.match(page, /6 times in order/);
  // Three durations, of cells and of the catchment; the largest of an hour is that of its mean rate.
  const hour = truthOfHour();
  const titles = [...page.matchAll(/<tr><th scope="row">(\S+)<\/th><td>(cells|basin\.geojson)<\/td>/g)];
  equalBy(
    titles,
    ([, hours, of]) => `${hours} ${of}`,
    ["0.167", "0.333", "1"].flatMap((hours) => [`${hours} cells`, `${hours} basin.geojson`]),
  );
  const [, largest] =
    /<th scope="row">1<\/th><td>cells<\/td>(?:<td class="number">[^<]*<\/td>){3}<td class="number">([\d.]+)</.exec(
      page,
    )!;
  assert.ok(Math.abs(Number(largest) - hour) < 5e-4 * hour, `${largest} and ${hour}`);
  assert.match(page, /alt="Intensity by duration: truth from/);
  assert.match(page, /alt="Autocorrelation of departures at the first lag: truth, at a place/);
  // The largest of the summed map, in its words for those who do not see it.
  const most = Math.max(
    ...Array.from({ length: MEMBERS * SIDE * SIDE }, (_, i) => sumAt(forecast, i % MEMBERS, Math.floor(i / MEMBERS))),
  );
  const heading = page.slice(page.indexOf("Rain of 6 times"));
  assert.ok(heading.includes(`largest value ${Number(most.toPrecision(3))} mm`), `${most}`);
  assert.ok([...page.matchAll(/<img alt="([^"]*)"/g)].every(([, alt]) => alt!.trim() !== ""));
});

test("sums of field and truth are over the times that both have", async () => {
  await writeField(at("longer.nc"), rates(undefined, 5, 2 * TIMES));
  const rows: string[] = [];
  for (const name of ["truth.nc", "longer.nc"]) {
    const said = await mongeHere(
      ...["report", at("forecast.nc"), "--truth", at(name), "--at", "9.2,46.3", "-o", at(`${name}.html`)],
    );
    assert.is(said.status, 0, said.stderr);
    rows.push(/<th scope="row">9.2, 46.3<\/th>.*?<\/tr>/.exec(readFileSync(at(`${name}.html`), "utf8"))![0]);
  }
  assert.is(rows[1], rows[0]);
});

test("steps are drawn over their bounds: end-stamped rain stands where start-stamped rain does, and the last step has its width", async () => {
  const stamped = (field: Field, offset: number) =>
    field.with({
      coordinates: field.coordinates.map((c) => {
        const bounds = Float64Array.from({ length: 2 * TIMES }, (_, i) => 10 * ((i >> 1) + (i % 2)));
        return c.name === "time" ? { ...c, bounds, values: c.values.map((v) => v + offset) } : c;
      }),
    });
  const at = async (offset: number, seen: number) => {
    const column = (f: Field) => f.isel({ lat: [1, 2], lon: 1 }).rename({ lat: "station" });
    return hyetographs({ field: column(stamped(forecast, offset)), names: ["a"] }, column(stamped(truth, seen)));
  };
  const [begin, end, mixed] = [await at(0, 0), await at(10, 10), await at(10, 0)];
  assert.equal(end, begin);
  assert.equal(mixed, begin);
  assert.match(JSON.stringify(begin), /Sums from 2016-07-11 00:00:00 to 2016-07-11 01:00:00, in mm/);
  const minutes = (field: Field) => {
    const steps = stepsOf(field);
    return steps.map((step) => step.map((hour) => Math.round(60 * (hour - steps[0]![0]))));
  };
  const tens = Array.from({ length: TIMES }, (_, k) => [10 * k, 10 * k + 10]);
  assert.equal(minutes(stamped(forecast, 10)), tens);
  // Without bounds a step goes on to the next time, the last one as long as its value stands for.
  assert.equal(minutes(forecast), tens);
});

test("a place outside of the field is refused, and a page of a run has no places", async () => {
  const cases: readonly (readonly [args: readonly string[], pattern: RegExp])[] = [
    [[at("forecast.nc"), "--at", "30,46"], /--at 30,46 lies outside of the field/],
    [[at("forecast.nc"), "--at", "30"], /expected longitude and latitude/],
    [[at("forecast.nc"), "--film", "--times", "3"], /cannot be used with option/],
    [[at("forecast.nc"), "--accumulate", "1h"], /--accumulate compares with --truth/],
    [[at(""), "--sums"], /--sums means nothing here/],
  ];
  for (const [args, pattern] of cases) {
    const said = await mongeHere("report", ...args, "-o", at("none.html"));
    assert.is(said.status, 2, said.stderr);
    assert.match(said.stderr, pattern);
  }
});

test.run();
