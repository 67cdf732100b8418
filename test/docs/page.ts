/** Runs the blocks of a page of docs as a reader would, in order, in one folder. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { globSync } from "tinyglobby";
import { mongeHere } from "../cli/run.ts";
import { publicOwners } from "./blocks.ts";
import { topLevelNames, usedNames } from "./names.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a page left behind, and what its blocks printed. */
export interface Tried {
  readonly folder: string;
  /** What each block of shell, TypeScript or Python printed, in order. */
  readonly printed: readonly string[];
  /** Top-level names of the blocks of TypeScript, those of later blocks last. */
  readonly names: Own;
  /** Whether a file is in the folder. */
  has(name: string): boolean;
  clear(): void;
}

type Own = Readonly<Record<string, unknown>>;

/** How the reader is played. */
export interface PageReader {
  /** By command, or its first words where they say more: options added to its lines, that make it quick. @defaultValue none */
  readonly quick?: Readonly<Record<string, readonly string[]>>;
  /** Texts of the page that are replaced before anything runs, to make it quick; one that the page lacks is an error. @defaultValue none */
  readonly replace?: Readonly<Record<string, string>>;
  /** Whether blocks of `py` are run. @defaultValue false */
  readonly python?: boolean;
  /** Names that are the reader's own. @defaultValue none */
  readonly own?: Own;
  /** What the reader does before a block, by its number from 1, and names of the reader's from then on. @defaultValue nothing */
  readonly before?: Readonly<Record<number, () => Own | Promise<Own>>>;
  /** Lines of shell by their first words, and why they are not run; printed. @defaultValue none */
  readonly leave?: Readonly<Record<string, string>>;
  /** Where; what an earlier page left may be there. @defaultValue an empty folder */
  readonly folder?: string;
}

/**
 * Blocks of `sh` run line by line: `monge …` in this process; blocks of `json` and `py` are saved to the file that the text
 * before names by "into `NAME`", and `py` is run by python3; blocks of `ts` are modules that import from the sources: names
 * that they do not make are those of earlier blocks, the reader's, or the package's. Other blocks (`text`) are only shown.
 *
 * @param name - file below docs, or `../README.md`
 */
export async function tryPage(name: string, reader: PageReader = {}): Promise<Tried> {
  const { python = false, folder = mkdtempSync(join(root, "test", ".page-")), before = {}, replace = {} } = reader;
  let page = readFileSync(join(root, "docs", name), "utf8");
  for (const [said, meant] of Object.entries(replace)) {
    if (!page.includes(said)) throw new Error(`${name} does not say "${said}"`);
    page = page.replaceAll(said, meant);
  }
  const printed: string[] = [];
  let names: Own = { ...reader.own };
  const home = process.cwd();
  process.chdir(folder);
  // As `npm init -y` leaves it: a file `.ts` is then no module.
  writeFileSync("package.json", '{ "type": "commonjs" }');
  try {
    let [last, count] = [0, 0];
    for (const match of page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
      const [all, language, code] = match as unknown as [string, string, string];
      const into = [...page.slice(last, match.index).matchAll(/into\s+`([\w.-]+)`/g)].at(-1)?.[1];
      last = match.index + all.length;
      count += 1;
      names = { ...names, ...(await before[count]?.()) };
      if (language === "sh") printed.push(await shell(code, reader));
      else if (language === "ts") {
        const ran = await module(code, into ?? `block-${name.replace(/\W/g, "")}-${count}.mts`, names);
        printed.push(ran.printed);
        names = { ...names, ...ran.names };
      } else if (into !== undefined) {
        writeFileSync(into, code);
        if (language === "py" && python) printed.push(child("python3", [into]));
      }
    }
  } catch (error) {
    if (reader.folder === undefined) rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    process.chdir(home);
  }
  return {
    folder,
    printed,
    names,
    has: (file) => existsSync(join(folder, file)),
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function shell(code: string, { quick = {}, leave = {} }: PageReader): Promise<string> {
  let printed = "";
  for (const written of code.replaceAll("\\\n", " ").trim().split("\n")) {
    const line = written.replace(/(?: |^)# .*/, "").trim();
    const left = Object.entries(leave).find(([start]) => line.startsWith(start));
    if (left) console.log(`  not run: ${line} (${left[1]})`);
    if (left || line === "") continue;
    const [, words] = /^(?:npx )?monge (.*?)(?: > \S+)?$/.exec(line) ?? [];
    if (words === undefined) throw new Error(`the page says "${line}", which this test cannot run`);
    const args = [...words.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].flatMap(([, double, single, bare]) =>
      bare === undefined ? [double ?? single ?? ""] : expanded(bare),
    );
    const first = Object.keys(quick).filter((start) => `${words} `.startsWith(`${start} `));
    const closest = first.sort((a, b) => b.length - a.length)[0];
    const said = await mongeHere(...args, ...(closest === undefined ? [] : quick[closest]!));
    if (said.status !== 0) throw new Error(`${line}: exit ${said.status}\n${said.stderr}`);
    const [, file] = / > (\S+)$/.exec(line) ?? [];
    if (file !== undefined) writeFileSync(file, said.stdout);
    printed += said.stdout;
  }
  return printed;
}

/** As a shell does: names of files where there are some, else the word itself. */
function expanded(word: string): string[] {
  const files = /[*?]/.test(word) ? globSync(word, { expandDirectories: false }).sort() : [];
  return files.length > 0 ? files : [word];
}

const owners = publicOwners();
const source = (entry: string) => `"../../${entry.replace(/^monge\/?/, "").replace(/(.)$/, "$1/")}index.ts"`;

async function module(code: string, file: string, known: Own) {
  const made = topLevelNames(code, false);
  const lines: string[] = [];
  for (const [name, inside] of usedNames(code)) {
    const owner = owners.get(name);
    if (Object.hasOwn(known, name)) lines.push(`const ${name} = globalThis.ofThePage.${name};`);
    else if (owner !== undefined && !inside) lines.push(`import { ${name} } from ${source(owner)};`);
    else if (!inside && !(name in globalThis))
      throw new Error(`a block uses ${name}, which neither it nor the package nor the test makes:\n${code}`);
  }
  const local = code.replace(/"(monge(?:\/\w+)?)"/g, (_, entry: string) => source(entry));
  writeFileSync(file, `${lines.join(" ")}\n${local}\nexport { ${made.join(", ")} };\n`);
  const { log } = console;
  let printed = "";
  console.log = (...words: readonly unknown[]) => {
    printed += `${words.map(String).join(" ")}\n`;
  };
  Object.assign(globalThis, { ofThePage: known });
  try {
    const names: Own = await import(pathToFileURL(join(process.cwd(), file)).href);
    return { printed, names };
  } finally {
    console.log = log;
  }
}

function child(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: exit ${status}\n${stderr}`);
  return stdout;
}
