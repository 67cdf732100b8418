/** The code of the pages, and what the compiler and the command line say of it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { buildProgram } from "../../cli/program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** One fenced block. */
export interface Block {
  /** `docs/reference/solvers.md:47`. */
  readonly place: string;
  readonly language: string;
  readonly code: string;
}

/** All blocks of README.md, the docs and the research pages, in order. */
export function blocksOfPages(): Block[] {
  const under = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      .filter((path) => path.endsWith(".md") && !path.startsWith("docs/api/"))
      .sort();
  const pages = ["README.md", ...under("docs"), ...under("research")];
  return pages.flatMap((page) => blocksOf(page, readFileSync(join(root, page), "utf8")));
}

/** The blocks of one page. */
export function blocksOf(page: string, text: string): Block[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ 1: language = "", 2: code = "", index }) => ({
    place: `${page}:${text.slice(0, index).split("\n").length}`,
    language,
    code,
  }));
}

/**
 * What the compiler says of blocks of TypeScript. Public names that a block uses without importing them are those of the
 * package; other names that it does not make are the reader's own, of any type.
 *
 * @returns `place: message` for each complaint
 */
export function typeComplaints(blocks: readonly Block[]): string[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const settings: ts.CompilerOptions = {
    ...options,
    noUnusedLocals: false,
    paths: { monge: [join(root, "index.ts")], "monge/*": [join(root, "*/index.ts")] },
    noImplicitAny: false,
  };
  const texts = new Map(blocks.map(({ code }, i) => [join(root, `block-${i}.ts`), `${code}\nexport {};\n`]));
  const host = ts.createCompilerHost(settings);
  const parsed = new Map<string, ts.SourceFile | undefined>();
  const fresh = host.getSourceFile.bind(host);
  host.getSourceFile = (file, target, ...rest) => {
    const own = texts.get(file);
    if (own !== undefined) return ts.createSourceFile(file, own, target);
    if (!parsed.has(file)) parsed.set(file, fresh(file, target, ...rest));
    return parsed.get(file);
  };
  const exists = host.fileExists.bind(host);
  host.fileExists = (file) => texts.has(file) || exists(file);
  const check = (how: ts.CompilerOptions) => {
    const program = ts.createProgram([...texts.keys()], how, host);
    return [...texts.keys()].map((file) => ({
      file,
      found: program.getSemanticDiagnostics(program.getSourceFile(file)),
    }));
  };
  const owners = publicOwners();
  // Names that a block does not make need no import to be seen, so that the package is read once.
  for (const { file, found } of check({ ...settings, noResolve: true, types: [] })) {
    const free = new Set(
      found.filter(({ code }) => unknownName.has(code)).map((one) => /'(\w+)'/.exec(messageOf(one))![1]!),
    );
    const prelude = [...free].flatMap((name) => {
      if (Object.hasOwn(globalThis, name)) return [];
      const owner = owners.get(name);
      return owner === undefined ? `declare const ${name}: any;` : `import { ${name} } from "${owner}";`;
    });
    texts.set(file, `${prelude.join(" ")} ${texts.get(file)}`);
  }
  return check(settings).flatMap(({ found }, i) => found.map((one) => `${blocks[i]!.place}: ${messageOf(one)}`));
}

const unknownName = new Set([2304, 2552, 18004]);
const messageOf = (one: ts.Diagnostic): string => ts.flattenDiagnosticMessageText(one.messageText, " ");

/** The entry point of each public name. */
export function publicOwners(): Map<string, string> {
  const names = JSON.parse(readFileSync(join(root, "test/api.snapshot.json"), "utf8")) as Record<string, string[]>;
  const pairs = Object.entries(names).flatMap(([entry, list]) =>
    list.map((name) => [name.replace("type ", ""), `monge${entry.slice(1)}`] as const),
  );
  return new Map(pairs);
}

/** The `monge` commands of a block of shell, whole lines without comments. */
export function commandsOf({ code }: Block): string[] {
  return code
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .map((line) => line.replace(/ #.*/, "").trim())
    .filter((line) => /^(?:npx )?monge /.test(line));
}

/** What the command line says of a command before any work: unknown commands, options and values; or nothing. */
export async function commandComplaint(line: string): Promise<string | undefined> {
  const [, words = ""] = /^(?:npx )?monge (.*)$/.exec(line) ?? [];
  const args = [...words.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? "");
  const program = await buildProgram();
  const said: string[] = [];
  const silent = { writeOut: () => {}, writeErr: (text: string) => said.push(text) };
  for (const command of [program, ...program.commands])
    command
      .configureOutput(silent)
      .exitOverride()
      .action(() => {});
  try {
    await program.parseAsync(args, { from: "user" });
    return undefined;
  } catch {
    return said.join("").trim();
  }
}
