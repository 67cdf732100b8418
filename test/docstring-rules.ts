/**
 * What the docstring of a public name must say, as functions from the compiler's view of the entry points to complaints:
 * what each parameter and property is, the shape of each array, the default of each number among the options, the errors,
 * and in the rooms that implement published methods the source.
 */
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** What one public name lacks: `"./wasserstein sinkhorn: no @throws"`. */
export type Complaint = string;

const root = fileURLToPath(new URL("../", import.meta.url));
const arrayOfNumbers =
  /^(?:readonly )?(?:number\[\]|Float64Array|Float32Array|Int32Array|Uint8Array|ArrayLike<number>|NumericArray|Tensor[1-6]?D?\b)/;
const saysShape =
  /\[[^\]]*\]|×|²|\blength|\bshape|\bone (?:per|for|of|a|each|value|number)|\beach\b|\brows?\b|\bflat\b|\bscalar|\bvector|\bsquare\b|\bsides\b|\bper \w+|\bnumbers\b|\bvalues\b|\bof any\b|\bcolumns?\b/i;
const saysSource = /arXiv|doi|10\.\d{4}\/|\bISBN\b|\([12]\d{3}\)|\b[12]\d{3}\b|§|\{@link|https?:|\bdocs\/[\w/-]+\.md/i;
const published =
  /^(?:wasserstein|verification|generative\/(?:diffusion|baselines?)|solvers\/(?:flow|sampler|optimizer))\//;
const refuses = /\bthrow\b|\b(?:check|refuse|require|assert)[A-Z]\w*\(/;

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
  ts.sys,
  root,
);
/** Reads a file once for all programs. */
const host = ts.createCompilerHost(options);
const parsed = new Map<string, ts.SourceFile | undefined>();
const read = host.getSourceFile.bind(host);
host.getSourceFile = (file, ...rest) => {
  if (!parsed.has(file)) parsed.set(file, read(file, ...rest));
  return parsed.get(file);
};

/** A program over the files with the project's own settings. */
export function programOf(files: readonly string[]): ts.Program {
  return ts.createProgram([...files], options, host);
}

/**
 * @param program - holds the files
 * @param file - absolute path of an entry point
 * @returns what its public names lack, in the order of the file's exports
 */
export function docstringComplaints(program: ts.Program, file: string): Complaint[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  return (module ? checker.getExportsOfModule(module) : []).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.declarations?.[0];
    if (!declaration || isForeign(declaration)) return [];
    const found = [
      ...functionComplaints(symbol, declaration, checker),
      ...(symbol.flags & ts.SymbolFlags.Interface ? interfaceComplaints(symbol, declaration, checker) : []),
    ];
    return found.map((complaint) => `${exported.name}${complaint}`);
  });
}

function functionComplaints(symbol: ts.Symbol, declaration: ts.Declaration, checker: ts.TypeChecker): Complaint[] {
  const signature = checker.getTypeOfSymbolAtLocation(symbol, declaration).getCallSignatures()[0];
  if (!signature || !(symbol.flags & ts.SymbolFlags.Value)) return [];
  const tags = symbol.getJsDocTags(checker);
  const text = textOf(symbol, checker);
  const members = tags.filter((tag) => tag.name === "param").map((tag) => ts.displayPartsToString(tag.text));
  const own = (symbol.declarations ?? []).map((one) => one.getText()).join("\n");
  const parameters = signature.parameters.flatMap((parameter, i) => {
    const said = textOf(parameter, checker);
    const type = checker.getTypeOfSymbolAtLocation(parameter, declaration);
    const name = parameter.name.startsWith("__") ? `parameter ${i + 1}` : parameter.name;
    // `@param options.rate - …` speaks for `options` too.
    const named =
      said !== "" ||
      text.includes(`\`${parameter.name}\``) ||
      members.some((tag) => tag.startsWith(`${parameter.name}.`));
    return [
      ...(named || speaks(type, checker) ? [] : [`(${name}): not described`]),
      ...(isArray(type, checker) && !saysShape.test(`${said} ${text}`) ? [`(${name}): no shape`] : []),
    ];
  });
  const path = declaration.getSourceFile().fileName.slice(root.length);
  const header =
    declaration
      .getSourceFile()
      .getFullText()
      .match(/^\s*\/\*\*[\s\S]*?\*\//)?.[0] ?? "";
  const all = `${header} ${text} ${tags.map((tag) => ts.displayPartsToString(tag.text)).join(" ")}`;
  return [
    ...parameters,
    ...(refuses.test(own) && !tags.some((tag) => tag.name === "throws") ? [": no @throws"] : []),
    ...(published.test(path) && !saysSource.test(all) ? [": no source"] : []),
  ];
}

function interfaceComplaints(symbol: ts.Symbol, declaration: ts.Declaration, checker: ts.TypeChecker): Complaint[] {
  const text = textOf(symbol, checker);
  return checker
    .getDeclaredTypeOfSymbol(symbol)
    .getProperties()
    .flatMap((property) => {
      const own = property.declarations?.[0];
      if (!own || isForeign(own)) return [];
      const said = textOf(property, checker);
      const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(property, declaration));
      // A literal type, as of a tag that tells the kinds of a union, says itself; `@deprecated` says what to read instead.
      const tags = property.getJsDocTags(checker).map((tag) => tag.name);
      const deprecated = tags.includes("deprecated");
      if (said === "" && (type.isStringLiteral() || deprecated)) return [];
      const choice = symbol.name.endsWith("Options") && (property.flags & ts.SymbolFlags.Optional) !== 0;
      const defaulted = deprecated || tags.includes("defaultValue") || said.includes("`@defaultValue");
      const whole = `${said} ${text.includes(`\`${property.name}\``) ? text : ""}`.trim();
      return [
        ...(whole === "" ? [`.${property.name}: not described`] : []),
        ...(whole !== "" && isArray(type, checker) && !saysShape.test(whole) ? [`.${property.name}: no shape`] : []),
        ...(choice && type.flags & ts.TypeFlags.Number && !defaulted ? [`.${property.name}: no default`] : []),
      ];
    });
}

function textOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
}

function isForeign(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.includes("/node_modules/");
}

function isArray(type: ts.Type, checker: ts.TypeChecker): boolean {
  return arrayOfNumbers.test(checker.typeToString(type));
}

/** Whether a type has a docstring of its own, so that a parameter of it needs none. */
function speaks(type: ts.Type, checker: ts.TypeChecker): boolean {
  const bare = checker.getNonNullableType(type);
  const parts = bare.isUnionOrIntersection() && !bare.aliasSymbol ? bare.types : [bare];
  return parts.every((part) => {
    const symbol = part.aliasSymbol ?? part.getSymbol();
    const declaration = symbol?.declarations?.[0];
    return declaration !== undefined && !isForeign(declaration) && textOf(symbol!, checker) !== "";
  });
}
