/** The page of verification does what it says, block by block. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert, test } from "../harness.ts";
import { tryPage } from "./page.ts";
import { prepare } from "./weather.ts";

const iberia = { lat: [36, 44], lon: [-10, 4] } as const;

/** A measurement on each day of the first files. */
const gauges = [
  "id,longitude,latitude,time,value,units",
  ...Array.from(
    { length: 21 },
    (_, d) => `Porto,-8.6,41.2,2010-01-${String(d + 1).padStart(2, "0")},${(d * d) % 11},mm`,
  ),
].join("\n");

test("the page of verification: scores, the change between two periods, and the forecast of the table", async () => {
  const dates = [["2010-01-01", "2010-01-21"]] as const;
  const periods = [1981, 2009, 2071, 2099].map((n) => [`${n}-01-01`, `${n}-01-11`] as const);
  const winters = [["1998-12-01", "1998-12-20"]] as const;
  const tried = await tryPage("how-to/verification.md", {
    replace: { "days: 365": "days: 2" },
    quick: { verify: ["--draws", "100"] },
    before: {
      1: () =>
        prepare({
          "fine.nc": { ...iberia, step: 0.5, dates, members: 4 },
          "radar.nc": { ...iberia, step: 0.5, dates },
          "coarse.nc": { ...iberia, step: 2, dates },
        }),
      4: () => {
        writeFileSync("gauges.csv", gauges);
        return {};
      },
      7: () => {
        rmSync("fine.nc");
        return prepare({
          "fine.nc": { ...iberia, step: 0.25, dates: periods, members: 2 },
          "cmip5.nc": { lat: [32, 48], lon: [-14, 8], step: 2, dates: periods, factor: 0.5 },
        });
      },
      9: () =>
        prepare({
          "ncep_iberia_pr.nc": { lat: [32, 48], lon: [-14, 8], step: 2, dates: winters },
          "eobs_iberia_pr.nc": { ...iberia, step: 0.5, dates: winters },
        }),
    },
  });
  const [verified, , , stations, , change, , table] = tried.printed as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  assert.ok(tried.has("event.html"));
  assert.match(verified, /crps/);
  assert.match(stations, /^Porto +20 /m);
  assert.match(change, /difference|driving/);
  assert.match(table, /rocArea|crps/);
  const { scores, coverage, mean } = tried.names as {
    readonly scores: { readonly crps: number };
    readonly coverage: { readonly to: { readonly times: readonly number[] } };
    readonly mean: { readonly driving: { readonly change: { readonly value: number } } };
  };
  const csv = readFileSync(join(tried.folder, "scores.csv"), "utf8");
  assert.ok(csv.includes(`all,crps,${scores.crps},`), "the command and the code give the same score");
  assert.is(coverage.to.times[0], 20);
  assert.ok(Number.isFinite(mean.driving.change.value));
  tried.clear();
});

test.run();
