/** Files that are read up to a bound. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { readBounded, readCsv, textFile } from "../../../engine/files/index.ts";
import { FormatError, OptionsError } from "../../../engine/index.ts";
import { readMesh } from "../../../equations/mesh/index.ts";
import { problemFromJson } from "../../../solvers/index.ts";
import { mongeRefused } from "../../cli/run.ts";
import { assert, temporaryFolder, test, throws } from "../../harness.ts";

const { at } = temporaryFolder(test);

test("a file is read whole up to the bound, and not at all beyond", () => {
  for (const length of [0, 1, 2 ** 20, 2 ** 20 + 1]) {
    writeFileSync(at("file"), Buffer.alloc(length, 7));
    assert.equal(readBounded(at("file"), length), Buffer.alloc(length, 7));
    if (length > 0) assert.is(readBounded(at("file"), length - 1), undefined);
  }
});

test("a device without an end is refused as a text, a table, a mesh and an outline", () => {
  if (!existsSync("/dev/zero")) return console.log("SKIP there is no /dev/zero");
  throws(() => textFile("/dev/zero", "problem"), FormatError, /has no end; name a file of text/);
  throws(() => readCsv("/dev/zero"), OptionsError, /more than/);
  mkdirSync(at("folder"));
  throws(() => textFile(at("folder"), "problem"), FormatError, /it is a folder; name a file/);
  const outline = { name: "p", domain: { shape: "geojson", file: "/dev/zero" }, equations: ["-lap(u) = 1"] };
  throws(() => problemFromJson({ ...outline, conditions: [] }, at("p.json")), OptionsError, /give a simpler outline/);
  throws(() => readMesh("/dev/zero"), OptionsError, /must end in/);
});

test("a device without an end is refused as a problem, as options and as areas", async () => {
  if (!existsSync("/dev/zero")) return console.log("SKIP there is no /dev/zero");
  await mongeRefused(/has no end; name a file of text/, "solve", "/dev/zero");
  await mongeRefused(/has no end; name a file of text/, "report", "a.nc", "--config", "/dev/zero", "-o", at("r.html"));
});

test.run();
