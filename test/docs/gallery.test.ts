/** The gallery shows the texts that are in `examples/gallery`, and pictures that exist. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { pictures } from "../../examples/gallery.ts";
import { problemFromJson } from "../../solvers/index.ts";
import { assert, test } from "../harness.ts";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("how-to/gallery.md", new URL("docs/", root)), "utf8");

test("every text of the gallery is a problem that stands on the page, with its picture", () => {
  const names = readdirSync(new URL("examples/gallery/", root)).map((file) => file.replace(".json", ""));
  assert.equal(names.sort(), Object.keys(pictures).sort());
  for (const name of names) {
    const text = readFileSync(new URL(`examples/gallery/${name}.json`, root), "utf8");
    assert.is(problemFromJson(text).name, name);
    assert.ok(page.includes(`\`\`\`json\n${text.trim()}\n\`\`\``), `${name}: the page shows another text`);
    assert.ok(
      page.includes(`gallery-${name}.png`) && existsSync(new URL(`docs/images/gallery-${name}.png`, root)),
      name,
    );
  }
  assert.not.match(page, /doubtful/);
});

test.run();
