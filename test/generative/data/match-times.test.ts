/** Times of pairs: matched by bounds, else by moments of one cadence; what only looks alike is refused. */
import { ShapeError, UnitsError } from "../../../engine/index.ts";
import { matchPairs, splitPairs } from "../../../generative/data/index.ts";
import type { Coordinate } from "../../../io/index.ts";
import { assert, equalBy, test, throws } from "../../harness.ts";
import { days, fieldOf, hours, spans, steps } from "../fields-for-tests.ts";

const value = (t: number, y: number, x: number) => 1 + t + y + x;
const small = { lat: steps(40, 1, 3), lon: steps(0, 1, 3), value };
const rain = (time: Coordinate | undefined, name = "pr") =>
  fieldOf({ name, units: "mm", ...(time && { time }), ...small });
const air = (time: Coordinate | undefined, name = "t2m") =>
  fieldOf({ name, units: "K", ...(time && { time }), ...small });
const noon = (count: number) => steps(12, 24, count);

test("a daily sum from noon to noon is not one from midnight to midnight: refused with both bounds", () => {
  throws(
    () => matchPairs({ fine: [rain(days(4))], coarse: [rain(spans(12, 24, 4))] }),
    ShapeError,
    /coarse .*2000-01-01T00:00:00 to 2000-01-02T00:00:00 as the fine field has, got 2000-01-01T12:00:00 to 2000-01-02T12:00:00/,
  );
});

test("equal bounds are one time, wherever in the interval it is stamped and in whatever units", () => {
  const stamped = spans(0, 24, 4, 0);
  const inDays: Coordinate = {
    ...stamped,
    values: Float64Array.from([1, 2, 3]),
    bounds: Float64Array.from([1, 2, 2, 3, 3, 4]),
    attributes: { units: "days since 2000-01-01", standard_name: "time", calendar: "proleptic_gregorian" },
  };
  const pairs = matchPairs({ fine: [rain(days(4))], coarse: [rain(stamped)], with: [air(inDays)] });
  equalBy(
    pairs.times,
    ({ at }) => at,
    [1, 2, 3].map((n) => [n, n, n - 1]),
  );
  assert.is(pairs.times[0]!.iso, "2000-01-02T12:00:00");
});

test("a month that holds days is another interval, whichever times are stamped alike", () => {
  const month = hours([36], [[0, 31 * 24]]);
  const both = /2000-01-01T00:00:00 to 2000-02-01T00:00:00/;
  throws(() => matchPairs({ fine: [rain(days(3))], coarse: [rain(month)] }), ShapeError, both);
});

test("hourly values beside daily sums are refused by name with the way out", () => {
  const fields = { fine: [rain(days(4))], coarse: [rain(days(4))] };
  throws(
    () => matchPairs({ ...fields, with: [air(hours(steps(0, 1, 96)))] }),
    ShapeError,
    /with \(variable t2m\).*one every 1 d, as the fine field has, got one every 1 h; .*daymean/,
  );
  throws(() => matchPairs({ ...fields, with: [air(spans(0, 1, 96, 0))] }), ShapeError, /bounds of its times/);
});

test("six-hourly values beside hourly ones are refused instead of dropping five times of six", () => {
  const fields = { fine: [rain(hours(steps(0, 1, 48)))], coarse: [rain(hours(steps(0, 1, 48)))] };
  throws(() => matchPairs({ ...fields, with: [air(hours(steps(0, 6, 8)))] }), ShapeError, /intntime/);
});

test("values of moments meet intervals at their stamps", () => {
  const pairs = matchPairs({ fine: [rain(days(4))], coarse: [rain(days(4))], with: [air(hours(noon(6).slice(1)))] });
  equalBy(
    pairs.times,
    ({ at }) => at,
    [1, 2, 3].map((n) => [n, n, n - 1]),
  );
  const midnight = { fine: [rain(days(4))], coarse: [rain(days(4))], with: [air(hours(steps(0, 24, 4)))] };
  throws(() => matchPairs(midnight), ShapeError, /no time is common/);
});

test("the days of a 360-day calendar are not those of the standard one", () => {
  throws(
    () => matchPairs({ fine: [rain(days(4))], coarse: [rain(hours(noon(4), undefined, "360_day"))] }),
    UnitsError,
    /train: the calendar of the coarse is 360_day, that of the fine field standard/,
  );
});

test("winters with gaps keep their daily cadence, and times that one field lacks are left out", () => {
  const winter = [0, 1, 2, 9, 10, 11];
  const of = (list: readonly number[]) =>
    hours(
      list.map((d) => 24 * d + 12),
      list.map((d) => [24 * d, 24 * d + 24] as const),
    );
  const pairs = matchPairs({ fine: [rain(of(winter))], coarse: [rain(of([1, 2, 3, 10]))] });
  equalBy(pairs.times, ({ at }) => at, [
    [1, 0],
    [2, 1],
    [4, 3],
  ]);
  const { inside, outside } = splitPairs(pairs, { dates: ["2000-01-03", null] });
  assert.equal([inside, outside], [[1, 2], [0]]);
});

test("fields without any time make one pair; times on one side alone are refused", () => {
  const pairs = matchPairs({ fine: [rain(undefined)], coarse: [rain(undefined)] });
  assert.equal(pairs.times, [{ iso: undefined, at: [0, 0] }]);
  throws(() => matchPairs({ fine: [rain(days(2))], coarse: [rain(undefined)] }), ShapeError, /expected times/);
});

test("a static field with times, a level too many, and one name twice are refused by name", () => {
  const fields = { fine: [rain(days(2))], coarse: [rain(days(2))] };
  throws(() => matchPairs({ ...fields, static: [air(days(2), "z")] }), ShapeError, /static \(variable z\).*`with`/);
  const once = matchPairs({ ...fields, static: [air(hours([12]), "z")] });
  assert.equal(once.static[0]!.dims, ["lat", "lon"]);
  const flat = { name: "q", shape: [2, 2, 3, 3], dims: ["time", "lev", "lat", "lon"], values: new Float32Array(36) };
  const cube = fieldOf({ name: "q", units: "1", time: days(2), ...small, more: flat });
  throws(() => matchPairs({ ...fields, with: [cube] }), ShapeError, /lev \(2\)/);
  throws(() => matchPairs({ ...fields, with: [air(days(2)), air(days(2))] }), Error, /two fields have this name/);
});

test.run();
