import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";

const root = fileURLToPath(new URL("../", import.meta.url));
const data = join(root, "../shared/data/radar");

if (!existsSync(data)) {
  console.log("SKIP the radar archives are not beside the repository");
  test("the radar example needs its archives", () => {
    assert.not(existsSync(data));
  });
} else {
  test("the radar experiment trains every arm, conserves block means, and does not repeat what it finished", () => {
    const out = mkdtempSync(join(tmpdir(), "monge-arms-"));
    try {
      const options = ["--data", data, "--out", out, "--quick", "--steps", "3", "--members", "2", "--seeds", "1"];
      const run = () =>
        execFileSync(
          process.execPath,
          ["--import", "tsx", "examples/radar-arms.ts", ...options, "--arms", "none,wasserstein:2"],
          { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
        );
      const table = run();
      const rows = new Map(
        table
          .split("\n")
          .filter((line) => line.startsWith("| ") && !line.startsWith("| ·"))
          .map((line) => line.split("|").map((cell) => cell.trim()))
          .map(([, name, crps, mae, ...rest]) => [name!, { crps: Number(crps), mae: Number(mae), rest }]),
      );
      // One field has no spread: its score is its mean absolute error.
      const bilinear = rows.get("bilinear")!;
      assert.is(bilinear.crps, bilinear.mae);
      for (const arm of ["none, seed 1, conserving", "wasserstein:2, seed 1, conserving"]) {
        const blockError = Number(rows.get(arm)!.rest[7]);
        assert.ok(blockError < 0.02, `${arm}: block means are off by ${blockError} mm/h`);
        assert.ok(rows.get(arm)!.crps < bilinear.crps, `${arm}: scaled blocks beat plain interpolation`);
      }
      assert.is(run(), table);
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });
}

test.run();
