/** Places that take no files are told before any work. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { checkFolder, checkOutputs } from "../../../engine/files/output-check.ts";
import { skip } from "../../io/oracle.ts";
import { refusesAtOnce } from "../../refuses.ts";

const root = mkdtempSync(join(tmpdir(), "monge-output-"));
test.after(() => rmSync(root, { recursive: true }));

test("a folder of the system that takes no files is refused, though its permissions allow it", () => {
  if (!existsSync("/proc/self/stat")) return skip("there is no /proc here");
  const refused = /\/proc.*(takes no files|not permitted).*choose a folder that you may write in/s;
  refusesAtOnce("format", refused, () => checkFolder("/proc/runs/new"));
  refusesAtOnce("format", refused, () => checkOutputs([{ path: "/proc/field.nc" }], []));
});

test("checking a folder leaves nothing in it", () => {
  checkFolder(join(root, "runs", "new"));
  checkOutputs([{ path: join(root, "field.nc") }], []);
  assert.equal(readdirSync(root), []);
});

test.run();
