import {
  contextChannels,
  differences,
  momentsOf,
  seenTimes,
  unrecordedTimes,
} from "../../../generative/model/index.ts";
import { assert, test } from "../../harness.ts";
import { hours, steps } from "../fields-for-tests.ts";

const grid = {} as Parameters<typeof contextChannels>[1];
const season = contextChannels("season", grid);
const hour = contextChannels("hour", grid);
/** Days of the year from the first of January 2001, in years of 365 days. */
const onDays = (...days: readonly number[]) => days.map((day) => ({ season: day / 365, hour: 0 }));
const atHours = (...at: readonly number[]) => at.map((h) => ({ season: 0, hour: h / 24 }));

const unseen = (seen: ReturnType<typeof seenTimes>, met: readonly { season: number; hour: number }[]) =>
  differences(seen, { season: met.map((one) => one.season), hour: met.map((one) => one.hour) });

test("the middles of all months make a whole year, as do days every month, and hours every three a whole day", () => {
  const months = seenTimes(season, onDays(...steps(15, 30.4, 12)), undefined);
  assert.is(months.season!.length, 1);
  assert.equal(unseen(months, onDays(...steps(0, 1, 365))), []);
  const day = seenTimes(hour, atHours(0, 3, 6, 9, 12, 15, 18, 21), undefined);
  assert.equal(unseen(day, atHours(...steps(0, 0.25, 96))), []);
});

test("winters that go over the turn of the year have their own days and half a month beside them, and no summer", () => {
  const winters = seenTimes(season, onDays(...steps(334, 1, 31), ...steps(0, 1, 59)), undefined);
  assert.equal(winters.season, [
    [0, 58 / 365],
    [334 / 365, 364 / 365],
  ]);
  assert.equal(unseen(winters, onDays(0, 30, 58, 74, 319, 340, 364.9)), []);
  const [summer, ...none] = unseen(winters, onDays(10, 75, 181, 182, 317));
  assert.equal(none, []);
  assert.is(summer!.guard, "season");
  assert.match(
    summer!.text,
    /4 of 5: 17 March, 1 July to 2 July, 14 November\), .* on 1 January to 28 February, 1 December to 31 December$/,
  );
});

test("hours are shown as hours, and compared only where the hour is an input", () => {
  const noon = seenTimes(hour, atHours(12, 13), undefined);
  const [off] = unseen(noon, atHours(11, 14.5, 0));
  assert.match(off!.text, /1 of 3: 00:00\), .* trained on 12:00 to 13:00$/);
  assert.equal([differences(noon, {}), unseen({}, atHours(0)), seenTimes([], atHours(1), undefined)], [[], [], {}]);
});

test("tuning adds its times to those that the model has seen, and what an old model has seen stays unknown", () => {
  const first = seenTimes(season, onDays(...steps(0, 1, 181)), undefined);
  const tuned = seenTimes(season, onDays(...steps(212, 1, 31)), { seen: first });
  for (const day of [0, 90, 180, 212, 242]) assert.equal(unseen(tuned, onDays(day)), [], `${day}`);
  assert.is(unseen(tuned, onDays(300)).length, 1);
  const old = seenTimes(season, onDays(1), { seen: undefined });
  assert.equal([old, unrecordedTimes(season, old), unrecordedTimes(season, tuned)], [{}, ["season"], []]);
});

test("days of a calendar of 360 are compared as parts of its year", () => {
  const time = (day: number) => hours([24 * day + 12], undefined, "360_day");
  const seen = seenTimes(season, momentsOf(time(179)), undefined);
  assert.equal(unseen(seen, momentsOf(time(194))), []);
  assert.match(unseen(seen, momentsOf(time(269)))[0]!.text, /30 September|1 October/);
});

test.run();
