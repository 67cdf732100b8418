/**
 * The house rules as functions from sources to complaints, so that the same code judges the tree and the small planted
 * sources that prove each rule can fail. Sources are parsed with the TypeScript compiler: a rule sees imports, not text.
 */
import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { posix } from "node:path";
import ts from "typescript";

/** A source file: its path from the repository root, with forward slashes, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** One import, static or dynamic, re-exports included. `names` are the imported names as the other module calls them. */
export interface Import {
  readonly from: string;
  /** The imported file for a relative import, else the specifier as written. */
  readonly target: string;
  /** The third-party package it comes from. */
  readonly package?: string;
  readonly relative: boolean;
  readonly typeOnly: boolean;
  /** Loaded when it is called for, not with the file. */
  readonly late: boolean;
  readonly names: readonly string[];
}

/** `io` and `report` may use files of the engine by name; that these are free of tensors, `reaching` makes sure. */
const tensorFree = /^engine\/(?:(?:files|numerics|platform|random|system|text)\/)?(?!index\.ts$)[a-z0-9-]+\.ts$/;

/** What each folder of the library may import besides itself; `index.ts` at the root may import all but `cli`. */
const mayImport: Readonly<Record<string, (path: string) => boolean>> = {
  engine: () => false,
  wasserstein: (path) => isIn(path, "engine"),
  verification: (path) => isIn(path, "engine", "wasserstein", "io"),
  generative: (path) => isIn(path, "engine", "wasserstein", "io", "verification"),
  equations: (path) => isIn(path, "engine", "io"),
  solvers: (path) => isIn(path, "engine", "wasserstein", "verification", "equations"),
  io: (path) => tensorFree.test(path),
  report: (path) => tensorFree.test(path),
  pages: (path) => isIn(path, "engine", "verification", "equations", "generative", "solvers", "io", "report"),
  serve: (path) => isIn(path, "engine", "verification", "equations", "generative", "solvers", "io", "report", "pages"),
  cli: (path) =>
    isIn(
      path,
      "engine",
      "wasserstein",
      "verification",
      "equations",
      "generative",
      "solvers",
      "io",
      "report",
      "pages",
      "serve",
    ) || path === "index.ts",
  "": (path) =>
    isIn(path, "engine", "wasserstein", "verification", "equations", "generative", "solvers", "io", "report", "pages"),
};

/** The folders that make up the library. */
export const libraryFolders = Object.keys(mayImport).filter((folder) => folder !== "");

const root = new URL("../", import.meta.url);
const sources = new Map<string, Source>();

/** A file of the repository; the same object each time, so that it is parsed once. */
export function sourceAt(path: string): Source {
  const source = sources.get(path) ?? { path, text: readFileSync(new URL(path, root), "utf8") };
  sources.set(path, source);
  return source;
}

/** Paths of the files in a folder whose names end so, at any depth, in order. */
export const filesIn = (folder: string, end = ".ts"): string[] =>
  readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(end))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .sort();

/** Doors that are fixed by name: a package, and the one file (or, ending in a slash, folder) that may import it. */
const doors: Readonly<Record<string, string>> = {
  "@tensorflow/tfjs": "engine/tensors/tensor.ts",
  "onnxruntime-node": "engine/tensors/session.ts",
  koffi: "engine/system/koffi.ts",
  vega: "report/vega.ts",
  "@resvg/resvg-js": "report/png.ts",
  commander: "cli/",
};

const unseeded = new Set([
  "randomNormal",
  "randomUniform",
  "randomUniformInt",
  "randomGamma",
  "randomStandardNormal",
  "truncatedNormal",
  "multinomial",
]);

function isIn(path: string, ...folders: string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : "";
}

/** `"@scope/name/deep"` → `"@scope/name"`; undefined for relative paths and Node's own modules. */
function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || isBuiltin(specifier)) return undefined;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

const parsed = new WeakMap<Source, ts.SourceFile>();

/** Parsed once: every rule reads the same tree. */
export function parse(source: Source): ts.SourceFile {
  const file = parsed.get(source) ?? ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
  parsed.set(source, file);
  return file;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

function at(node: ts.Node, file: ts.SourceFile): string {
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
}

const imports = new WeakMap<Source, readonly Import[]>();

/** Every import of a file, with relative targets resolved to paths from the root. */
export function importsOf(source: Source): readonly Import[] {
  const known = imports.get(source);
  if (known) return known;
  const found: Import[] = [];
  imports.set(source, found);
  const add = (specifier: ts.Node | undefined, typeOnly: boolean, names: readonly string[], late = false): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const { text } = specifier;
    const relative = text.startsWith(".");
    const target = relative ? posix.join(posix.dirname(source.path), text) : text;
    const name = packageOf(text);
    const from = source.path;
    found.push({ from, target, ...(name !== undefined && { package: name }), relative, typeOnly, late, names });
  };
  visit(parse(source), (node) => {
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      const elements = bindings && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
      const allTypes =
        elements.length > 0 && node.importClause?.name === undefined && elements.every((one) => one.isTypeOnly);
      const phase = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      const names = elements.map((one) => (one.propertyName ?? one.name).text);
      add(node.moduleSpecifier, phase || allTypes, names);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly, []);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true, []);
    } else if (ts.isCallExpression(node)) {
      const callee = node.expression;
      const imports = callee.kind === ts.SyntaxKind.ImportKeyword;
      if (imports || (ts.isIdentifier(callee) && callee.text === "require")) add(node.arguments[0], false, [], true);
    }
  });
  return found;
}

/** Imports that go against `engine ← wasserstein, io ← verification, equations ← generative | solvers`, or out of `io` and `report`. */
export function againstDirection(sources: readonly Source[]): string[] {
  return sources.flatMap(importsOf).flatMap(({ from, target, relative }) => {
    if (!relative) return [];
    const folder = folderOf(from);
    if (folder !== "" && folderOf(target) === folder) return [];
    return mayImport[folder]?.(target) ? [] : [`${from} imports ${target}`];
  });
}

/** Third-party packages with more than one importing file, or one that is not their door. */
export function throughOtherDoors(sources: readonly Source[]): string[] {
  const importers = new Map<string, Set<string>>();
  for (const { from, package: name } of sources.flatMap(importsOf)) {
    // What stands for a module in a browser is the same door.
    const file = from.replace(/\.browser\.ts$/, ".ts");
    if (name !== undefined) importers.set(name, (importers.get(name) ?? new Set()).add(file));
  }
  return [...importers].flatMap(([name, files]) => {
    const door = doors[name];
    const complaints = [...files].flatMap((file) => {
      const opens = door === undefined || (door.endsWith("/") ? file.startsWith(door) : file === door);
      return opens ? [] : [`${name} belongs to ${door}, but ${file} imports it`];
    });
    const many = files.size > 1 && door?.endsWith("/") !== true;
    return many ? [...complaints, `${name} has ${files.size} doors: ${[...files].join(", ")}`] : complaints;
  });
}

/** Folders that run in Node alone, and the one whose modules have another form in a browser. */
const ofNode = ["cli", "serve", "engine/platform"];
const global = /^(?:Buffer|process\.(?:arch|argv|cpuUsage|cwd|env|off|on|pid|platform|versions?))$/;

/** Modules and globals of Node elsewhere in the library than in the platform's modules. */
export function besidePlatform(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    if (isIn(source.path, ...ofNode)) return [];
    const imported = importsOf(source);
    const modules = imported.filter(({ target }) => isBuiltin(target)).map(({ target }) => target);
    const known = new Set(imported.flatMap(({ names }) => names));
    const globals: string[] = [];
    visit(parse(source), (node) => {
      if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return;
      const object = node.expression.text;
      const isGlobal = global.test(object) || global.test(`${object}.${node.name.text}`);
      if (isGlobal && !known.has(object)) globals.push(`${object}.${node.name.text}`);
    });
    return [...modules, ...globals].map((name) => `${source.path} takes ${name} of Node, not of engine/platform`);
  });
}

/** Packages that the library imports at run time but package.json does not declare, and declared ones nobody names. */
export function undeclared(
  sources: readonly Source[],
  declared: readonly string[],
): { readonly missing: string[]; readonly unused: string[] } {
  const imported = sources.flatMap(importsOf).flatMap((one) => one.package ?? []);
  const missing = [...new Set(imported)].filter((name) => !declared.includes(name));
  // Typings of a package that is declared too are used by the compilers of those who import ours.
  const typings = (name: string): boolean =>
    name.startsWith("@types/") && declared.includes(name.slice("@types/".length));
  const unused = declared.filter(
    (name) => !typings(name) && !sources.some(({ text }) => new RegExp(`["'\`]${name}["'\`/]`).test(text)),
  );
  return { missing, unused };
}

/** Chains of run-time imports that end where they began (types are erased, so they cannot make a cycle). */
export function cycles(sources: readonly Source[]): string[] {
  const edges = new Map(
    sources.map((source) => [
      source.path,
      importsOf(source)
        .filter((one) => !one.typeOnly)
        .map((one) => one.target),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(" → "));
    if (start >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return found;
}

/** Files whose run-time imports lead, over any number of steps, to one of the packages. */
export function reaching(
  sources: readonly Source[],
  folders: readonly string[],
  packages: readonly string[],
): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  return sources
    .filter(({ path }) => isIn(path, ...folders))
    .flatMap((source) => {
      const seen = new Set<string>();
      const queue = [source.path];
      for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
        const next = byPath.get(path);
        if (next === undefined || seen.has(path)) continue;
        seen.add(path);
        for (const { target, typeOnly, package: name } of importsOf(next)) {
          if (typeOnly) continue;
          if (name !== undefined && packages.includes(name))
            return [`${source.path} reaches ${target} through ${path}`];
          queue.push(target);
        }
      }
      return [];
    });
}

/** Words that library code must not contain: console, Math.random, tfjs's unseeded randomness, `any`. */
export function forbiddenWords(source: Source): string[] {
  const file = parse(source);
  const complaints: string[] = [];
  visit(file, (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) complaints.push(`${at(node, file)}: any`);
    if (!ts.isPropertyAccessExpression(node) || !ts.isIdentifier(node.expression)) return;
    const [object, property] = [node.expression.text, node.name.text];
    if (object === "console" && !isIn(source.path, "cli")) complaints.push(`${at(node, file)}: console.${property}`);
    if (object === "Math" && property === "random") complaints.push(`${at(node, file)}: Math.random`);
    if (object === "tf" && unseeded.has(property)) complaints.push(`${at(node, file)}: tf.${property}`);
  });
  for (const { target, package: from, names } of importsOf(source)) {
    const fromTensors = from === "@tensorflow/tfjs" || target === "engine/tensors/tensor.ts";
    for (const name of names) if (fromTensors && unseeded.has(name)) complaints.push(`${source.path}: imports ${name}`);
  }
  return complaints;
}

/** Names that are not kebab-case. */
export function badNames(paths: readonly string[]): string[] {
  return paths.filter((path) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:[-.][a-z0-9]+)*\.ts$/.test(path));
}

// Written in pieces, so that this file does not contain what it looks for.
const machineWords: readonly RegExp[] = [
  new RegExp(["(?<![\\w.])/wo", "rk/"].join("")),
  new RegExp(["(?<![\\w.])/ho", "me/[a-z]"].join("")),
  new RegExp(["(?<![\\w.])/ro", "ot/"].join("")),
  new RegExp(["regis", "try\\.[a-z]"].join("")),
  new RegExp(['"resol', 'ved": "http'].join("")),
  new RegExp(["^regis", "try ?="].join(""), "m"),
];

/** Paths of one machine and hosts of package registries in a file that everyone gets. */
export function machineTraces(source: Source): string[] {
  return machineWords.flatMap((word) => firstPlace(source, word));
}

/** The folder beside the repository, which only `.ci/run` may name: everything else works without it. */
export function outsideNames(source: Source): string[] {
  return source.path === ".ci/run" ? [] : firstPlace(source, outsideFolder);
}

const outsideFolder = new RegExp(["\\.\\./sha", "red(?![\\w.-])"].join(""));

/** Where a text, not a binary file, first matches. */
function firstPlace({ path, text }: Source, word: RegExp): string[] {
  const found = text.includes("\0") ? null : word.exec(text);
  return found ? [`${path}:${text.slice(0, found.index).split("\n").length}: ${found[0]}`] : [];
}
