/** Times, bounds and missing values that a file states wrongly: each is an error that names the value and the way out. */
import { DomainError, UnitsError } from "../../../engine/index.ts";
import { checkTimes } from "../../../io/field/index.ts";
import { convertPrecipitation, type Field } from "../../../io/index.ts";
import { assert, test, throws } from "../../harness.ts";
import { over } from "../fields.ts";

/** Rain of some times. */
const timed = (
  values: readonly number[],
  {
    units = "days since 2000-01-01",
    bounds,
    ...attributes
  }: { units?: string; bounds?: readonly number[]; cell_methods?: string } = {},
): Field => over({ time: [values, units, bounds] }, { units: "mm", attributes, source: "f.nc" });

// biome-ignore format: a table
const wrong: readonly (readonly [what: string, Field, RegExp])[] = [
  ["repeat", timed([0, 1, 1, 2]),
    /f\.nc: variable pr: time: times must increase, but 2000-01-02T00:00:00 comes twice \(index 2\); keep one/],
  ["turn back", timed([0, 2, 1]),
    /but 2000-01-02T00:00:00 follows 2000-01-03T00:00:00 \(index 2\); sort them with `cdo sorttimestamp`/],
  ["fall", timed([2, 1, 0]), /2000-01-02T00:00:00 follows 2000-01-03/],
  ["are missing", timed([0, Number.NaN, 2]), /the time at index 1 is missing; select the others/],
  ["lie a million years away", timed([0, 1, 9.97e36]),
    /the time at index 2 is 9\.97e\+36, more than a million years away/],
  ["repeat without dates", timed([0, 0], { units: "1" }), /0 comes twice \(index 1\)/],
  [
    "have bounds in reverse",
    timed([0.5, 1.5], { bounds: [0, 1, 2, 1] }),
    /bounds at index 1 are 2000-01-03T00:00:00 to 2000-01-02T00:00:00, which end before they begin; correct them, or leave them out \(`ncks/,
  ],
  ["have bounds without length", timed([0.5, 1], { bounds: [0, 1, 1, 1] }), /index 1 are .*, which have no length/],
  ["lie outside of their bounds", timed([0.5, 1.5], { bounds: [0, 1, 40, 41] }),
    /index 1 are 2000-02-10T00:00:00 to .*, and its time, 2000-01-02T12:00:00, lies outside/],
];

test("times that repeat, turn back, fall, are missing, lie far away, or fit their bounds ill are refused, by place", () => {
  for (const [what, field, message] of wrong)
    assert.ok(
      throws(() => checkTimes(field), DomainError, message),
      what,
    );
});

test("units of time that name no day are refused, and those without dates are told", () => {
  for (const units of ["days since 2000-13-01", "days since banana", "bananas since 2000-01-01"]) {
    assert.throws(
      () => checkTimes(timed([0, 1], { units })),
      (error: unknown) => error instanceof UnitsError && error.message.includes(units),
    );
  }
  assert.match(
    checkTimes(timed([0, 1], { units: "banana" })).join(),
    /units of time are "banana", which name no dates/,
  );
  assert.match(checkTimes(timed([0, 1], { units: "months since 1990-01-01" })).join(), /no fixed length/);
});

test("sound times pass: with bounds that begin, end or surround, without bounds, of moments, without units, of a climatology", () => {
  const sound = [
    ...[0, 0.5, 1].map((at) => timed([at, 1 + at], { bounds: [0, 1, 1, 2] })),
    timed([0, 1, 5]),
    timed([3]),
    timed([0, 1], { bounds: [0, 0, 1, 1], cell_methods: "time: point" }),
    timed([0, 1], { units: "" }),
    timed([0, 1], { units: "1" }),
  ];
  for (const field of sound) assert.equal(checkTimes(field), []);
  const [time] = timed([0, 1], { bounds: [1000, 0, 1000, 0] }).coordinates;
  const climatology = { ...time!, attributes: { ...time!.attributes, climatology: "climatology_bnds" } };
  assert.equal(checkTimes(timed([0, 1]).with({ coordinates: [climatology] })), []);
  assert.equal(checkTimes(timed([1, 0]).with({ coordinates: [] })), []);
});

test("precipitation of -9999 that nothing declares missing is refused, and small negatives are not", () => {
  for (const value of [-9999, -999, -99.9, -32767, -9.97e36]) {
    const field = timed([0, 1, 2]).with({ values: Float32Array.of(1, value, value) });
    throws(
      () => convertPrecipitation(field, "kg m-2"),
      DomainError,
      /f\.nc.*pr.*: 2 values are .*, which no precipitation is, and nothing declares them missing; say that it means missing: `missingValue: /,
    );
  }
  const rounding = timed([0, 1, 2]).with({ values: Float32Array.of(-1e-6, -100.25, Number.NaN) });
  assert.equal([...convertPrecipitation(rounding, "kg m-2").values], [...rounding.values]);
});

test.run();
