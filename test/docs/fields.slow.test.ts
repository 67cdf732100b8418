/** The pages of files, of judging and of archives of jobs do what they say, block by block. */
import { join } from "node:path";
import { asciiGrid } from "../../examples/own-format.ts";
import { type Field, openDataset, readField, writeField } from "../../io/index.ts";
import { mongeHere } from "../cli/run.ts";
import { assert, equalBy, test } from "../harness.ts";
import { tryPage } from "./page.ts";
import { prepare, weather } from "./weather.ts";

const europe = { lat: [34, 52], lon: [-12, 18], step: 1 } as const;
const corner = { ...europe, lat: [40, 48], lon: [0, 8] } as const;
const year = (n: number) => [[`${n}-01-01`, `${n + 1}-01-01`]] as const;

/** A model of a page, made in a moment. */
async function model(...args: readonly string[]): Promise<void> {
  const small = "--steps 2 --batch 2 --channels 8 --threads 1 --out runs --seed 1".split(" ");
  const said = await mongeHere("train", ...args, ...small);
  if (said.status !== 0) throw new Error(said.stderr);
}

test("the page of files: what its commands and its code write holds the times and values that it says", async () => {
  const month = (n: number) => weather({ ...europe, dates: [[`2019-0${n}-01`, `2019-0${n}-31`]] });
  const months = weather({ ...europe, dates: [["2019-01-01", "2019-03-01"]] });
  const tried = await tryPage("reference/formats.md", {
    quick: { downscale: "--members 1 --evaluations 2 --threads 1".split(" ") },
    leave: {
      "monge convert daily.nc": "asks for attributes of a simulation; test/cli/profile.test.ts writes by a profile",
      "monge info --check": "the same",
    },
    before: {
      1: () =>
        prepare({ "pr_1950.nc": { ...europe, dates: year(1950) }, "pr_1951.nc": { ...europe, dates: year(1951) } }),
      2: async () => {
        await prepare({
          "pr_2018.nc": { ...europe, dates: year(2018) },
          "pr.nc": { ...europe, step: 0.25, dates: [["2018-01-01", "2018-01-05"]] },
          "era5_2018.nc": { ...corner, name: "tp", hours: 1, dates: [["2018-12-31", "2019-01-01"]] },
          "era5_2019.nc": { ...corner, name: "tp", hours: 1, dates: [["2019-01-01", "2019-01-02"]] },
          "radar.nc": { ...corner, step: 0.25, name: "tp", hours: 1, dates: [["2018-06-01", "2018-06-02"]] },
          "chirps-v2.0.2018.06.03.tif": { ...europe },
          "chirps-v2.0.2018.06.04.tif": { ...europe },
        });
        await model("--data", "radar.nc", "--factor", "4", "--set", "tile=32");
        return {};
      },
      3: () => ({ field: month(1), template: months, days: [month(2)], nextMonth: month(2) }),
      4: () => ({ template: months, month: month(1), nextMonth: month(2) }),
      5: async () => ({ data: await openDataset("pr.nc") }),
      6: async () => {
        for (const day of ["03", "04"])
          await writeField(`rain_2018.06.${day}.asc`, weather(europe), { format: asciiGrid });
        return { asciiGrid, map: weather(europe) };
      },
      7: async () => ({ data: await openDataset("pr.nc") }),
    },
  });
  const at = (name: string) => readField(join(tried.folder, name));
  const alps = await at("alps.nc");
  assert.is(alps.units, "mm/day");
  assert.equal([alps.size("time"), alps.times()[0]!.iso], [92, "2018-06-01T00:00:00"]);
  equalBy((await at("chirps_2018.nc")).times(), ({ iso }) => iso!.slice(0, 10), ["2018-06-03", "2018-06-04"]);
  assert.equal([(await at("pr.nc")).size("time"), (await at("long.nc")).size("time")], [30, 30]);
  const [written, map] = [await readField(join(tried.folder, "out.asc"), { formats: [asciiGrid] }), weather(europe)];
  const sum = ({ values }: Field) => Array.from(values, Number).reduce((total, v) => total + v, 0);
  assert.equal(written.shape, map.shape);
  assert.ok(Math.abs(sum(written) / sum(map) - 1) < 1e-4);
  tried.clear();
});

test.run();
