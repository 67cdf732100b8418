/** Pictures of README and the gallery are those of their records, and the page says what these say. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { type DrawnBy, galleryPage, membraneOfReadme, pictures, recordPath } from "../../examples/gallery.ts";
import { problemFromJson } from "../../solvers/index.ts";
import { assert, test } from "../harness.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root));
const records: Readonly<Record<string, DrawnBy>> = JSON.parse(read(recordPath).toString());

test("every text of the gallery is a problem, and the page has the texts, statuses and errors of the records", () => {
  const names = readdirSync(new URL("examples/gallery/", root)).map((file) => file.replace(".json", ""));
  assert.equal(names.sort(), Object.keys(pictures).sort());
  for (const name of names) assert.is(problemFromJson(read(`examples/gallery/${name}.json`).toString()).name, name);
  assert.is(read("docs/how-to/gallery.md").toString(), galleryPage(records), "npm run pictures");
  assert.not.match(JSON.stringify(records), /doubtful/);
});

test("every picture is the one of its record, README's that of the command below it", () => {
  const files = readdirSync(new URL("docs/images/", root)).filter((file) => file.endsWith(".png"));
  assert.equal(files.map((file) => file.replace(".png", "")).sort(), Object.keys(records).sort());
  for (const [name, { sha256 }] of Object.entries(records)) {
    const found = createHash("sha256")
      .update(read(`docs/images/${name}.png`))
      .digest("hex");
    assert.is(found, sha256, `${name}.png is not the picture of its record: npm run pictures -- --only ${name}`);
  }
  const { options } = membraneOfReadme();
  assert.is(records["membrane"]!.command, `monge solve membrane.json ${options}`);
});

test.run();
