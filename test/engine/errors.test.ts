/** Typed errors keep their names where a bundler gives their classes others. */
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";
import { assert, test } from "../harness.ts";

test("the name of each error is that of its class, also in a minified page", async () => {
  const source = await readFile(new URL("../../engine/errors.ts", import.meta.url), "utf8");
  const { code } = await transform(source, { loader: "ts", format: "esm", minify: true });
  const short = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  let count = 0;
  for (const [name, one] of Object.entries(short)) {
    if (!name.endsWith("Error") || name === "MongeError" || name.startsWith("is")) continue;
    const error = Reflect.construct(one as new () => Error, ["here", "said", "so", "and", "why"]);
    assert.equal([name, String(error).split(":")[0]], [name, name]);
    count += 1;
  }
  assert.ok(count >= 8, `${count}`);
});

test.run();
