import { mkdtempSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OptionsError } from "../../../engine/index.ts";
import { namedFields, openFields } from "../../../io/dataset/index.ts";
import { openDataset, readField } from "../../../io/index.ts";
import { assert, equalBy, refuses, test } from "../../harness.ts";

const bcsd = "test/data/coarse/bcsd_obs_1999.nc";

test("what stands behind the last colon names variables", () => {
  assert.equal(namedFields("era5_*.nc:t2m,q700"), { files: "era5_*.nc", names: ["t2m", "q700"] });
  assert.equal(namedFields("dem.nc"), { files: "dem.nc", names: [] });
  assert.equal(namedFields("C:/data/dem.nc"), { files: "C:/data/dem.nc", names: [] });
  assert.throws(() => namedFields("era5.nc:t2m,,q"), /era5\.nc:t2m,,q: expected FILE/);
});

test("a file with a colon in its name is that file", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "monge-")), "1999:pr");
  await copyFile(bcsd, path);
  assert.equal(namedFields(path), { files: path, names: [] });
});

test("several variables of a file open together, and one must be named among several", async () => {
  const opened = await openFields(`${bcsd}:tas,pr`);
  try {
    equalBy(opened.fields, ({ name, shape }) => [name, shape], [
      ["tas", [12, 33, 81]],
      ["pr", [12, 33, 81]],
    ]);
  } finally {
    opened.close();
  }
  await refuses(
    openFields(bcsd),
    /several variables \(pr, tas\); name one, as in test\/data\/coarse\/bcsd_obs_1999.nc:pr/,
    OptionsError,
  );
  await refuses(openFields(`${bcsd}:none`), /none/);
  await refuses(
    openFields(`${bcsd}:pr,tas`).then(() => readField(`${bcsd}:pr,tas`)),
    /pr and tas are named/,
    OptionsError,
  );
});

test("FILE:VARIABLE is the variable for readField and openDataset, as `variable` beside it is", async () => {
  const named = await readField(`${bcsd}:pr`);
  const stated = await readField(bcsd, { variable: "pr" });
  assert.equal([named.name, named.values.join()], ["pr", stated.values.join()]);
  const data = await openDataset([`${bcsd}:tas`]);
  try {
    assert.equal([(await data.variable()).name, (await data.variable("pr")).name, data.paths], ["tas", "pr", [bcsd]]);
  } finally {
    data.close();
  }
  await refuses(
    readField(`${bcsd}:pr`, { variable: "tas" }),
    /the variables tas and pr are named; expected one/,
    OptionsError,
  );
});

test.run();
