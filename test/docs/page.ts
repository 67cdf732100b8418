/** Runs the blocks of a page of docs as a reader would, in order, in one empty folder. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { mongeHere } from "../cli/run.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a page left behind, and what its blocks printed. */
export interface Tried {
  readonly folder: string;
  /** What each block printed, in order. */
  readonly printed: readonly string[];
  /** Whether a file is in the folder. */
  has(name: string): boolean;
  clear(): void;
}

/**
 * Blocks of `sh` run line by line: `npx monge …` in this process, each with the options that make it quick; blocks of `json` and
 * `py` are saved to the file that the text before names by "into `NAME`", and `py` is run by python3; blocks of `ts` are
 * modules that import from the sources. Other blocks (`text`) are only shown.
 *
 * @param name - file below docs
 * @param quick - by command: options added to its lines
 * @param python - whether blocks of `py` are run
 * @param folder - where; what an earlier page left may be there
 */
export async function tryPage(
  name: string,
  quick: Readonly<Record<string, readonly string[]>> = {},
  python = false,
  folder = mkdtempSync(join(root, "test", ".page-")),
): Promise<Tried> {
  const page = readFileSync(join(root, "docs", name), "utf8");
  const printed: string[] = [];
  const before = process.cwd();
  process.chdir(folder);
  try {
    let last = 0;
    for (const match of page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
      const [all, language, code] = match as unknown as [string, string, string];
      const into = [...page.slice(last, match.index).matchAll(/into\s+`([\w.-]+)`/g)].at(-1)?.[1];
      last = match.index + all.length;
      if (language === "sh") printed.push(await shell(code, quick));
      else if (language === "ts") printed.push(await module(code, into ?? `block-${printed.length}.ts`));
      else if (into !== undefined) {
        writeFileSync(into, code);
        if (language === "py" && python) printed.push(child("python3", [into]));
      }
    }
  } finally {
    process.chdir(before);
  }
  return {
    folder,
    printed,
    has: (file) => existsSync(join(folder, file)),
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function shell(code: string, quick: Readonly<Record<string, readonly string[]>>): Promise<string> {
  let printed = "";
  for (const line of code.replaceAll("\\\n", " ").trim().split("\n")) {
    const [npx, monge, command = "", ...rest] = line.replace(/ #.*/, "").trim().split(/\s+/);
    if (npx !== "npx" || monge !== "monge") throw new Error(`the page says "${line}", which this test cannot run`);
    const said = await mongeHere(command, ...rest, ...(quick[command] ?? []));
    if (said.status !== 0) throw new Error(`${line}: exit ${said.status}\n${said.stderr}`);
    printed += said.stdout;
  }
  return printed;
}

async function module(code: string, name: string): Promise<string> {
  const local = code.replace(/"monge(?:\/(\w+))?"/g, (_, floor) => `"../../${floor ? `${floor}/` : ""}index.ts"`);
  writeFileSync(name, local);
  const { log } = console;
  let printed = "";
  console.log = (...words: readonly unknown[]) => {
    printed += `${words.map(String).join(" ")}\n`;
  };
  try {
    await import(pathToFileURL(join(process.cwd(), name)).href);
  } finally {
    console.log = log;
  }
  return printed;
}

function child(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: exit ${status}\n${stderr}`);
  return stdout;
}
