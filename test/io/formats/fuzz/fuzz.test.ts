/** A few hundred damaged files of every format: read or refused by a typed error, in bounded time and memory. */

import { assert, test } from "../../../harness.ts";
import { bad, type Case, fuzz } from "./fuzz.ts";

const show = ({ number, seed, what, outcome, message }: Case) =>
  `${number} ${seed} ${what}: ${outcome} ${message ?? ""}`;

test("400 damaged files are read or refused by a typed error, each within 20 seconds and 1.5 GB", async () => {
  const cases = await fuzz({ from: 1, to: 401, seconds: 20, megabytes: 1500 });
  assert.is(cases.length, 400);
  const families = new Set(cases.map((one) => one.family));
  for (const family of ["classic", "hdf5", "tiff", "zarr", "gzip"]) assert.ok(families.has(family), family);
  assert.ok(cases.some((one) => one.outcome === "read") && cases.some((one) => one.outcome === "refused"));
  assert.equal(cases.filter(bad).map(show), []);
});

test.run();
