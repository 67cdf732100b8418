/** A folder for the files of one test file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder, the path of a name in it, and empty folders below it. All is removed after the tests of the file. */
export function temporaryFolder(test: { after(clean: () => void): void }): {
  readonly folder: string;
  at(name: string): string;
  fresh(): string;
} {
  const folder = mkdtempSync(join(tmpdir(), "monge-test-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, at: (name) => join(folder, name), fresh: () => mkdtempSync(join(folder, "fresh-")) };
}

/** Runs the work in a new folder, which is removed after it. */
export async function inFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "monge-test-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
