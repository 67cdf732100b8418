/** README's quick starts run as printed, in an empty folder after `npm init -y`. `.ci/check-package.ts` runs them from the tarball. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { assert, inFolder, test } from "../harness.ts";
import { pictureComplaints, quickStartFiles, runQuickStarts } from "./quick-starts.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("README's quick starts give its pictures, rain, a solved equation and 0.0737, as printed, in an empty folder after npm init -y", async () => {
  await inFolder((folder) => {
    execFileSync("npm", ["init", "-y"], { cwd: folder, stdio: "ignore" });
    // The sources in the place of an install: npx finds the commands there and asks no registry.
    mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
    symlinkSync(root, join(folder, "node_modules/monge"));
    const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx"));
    const options = `--import ${loader} --conditions=source`;
    for (const [name, file] of [
      ["monge", `${root}cli/main.ts`],
      ["tsx", ""],
    ] as const)
      writeFileSync(
        join(folder, "node_modules/.bin", name),
        `#!/bin/sh\nexec "${process.execPath}" ${options} ${file} "$@"\n`,
        { mode: 0o755 },
      );
    const printed = runQuickStarts(folder, { ...process.env, npm_config_offline: "true" });
    for (const file of quickStartFiles) assert.ok(existsSync(join(folder, file)), file);
    assert.equal(pictureComplaints(folder), []);
    const [, middle] = /^\w+ .*\[ (0\.\d+) \]/m.exec(printed) ?? [];
    assert.ok(Math.abs(Number(middle) - 0.0736713) < 1e-5, printed);
  });
});

test.run();
