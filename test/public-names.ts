/** The public names of every entry point, read from the sources by the TypeScript compiler. */
import ts from "typescript";

/** One public name. */
export interface PublicName {
  readonly name: string;
  /** `"type"` for what exists only for the compiler. */
  readonly kind: "value" | "type";
  /** Whether its declaration, if ours, has a docstring. */
  readonly documented: boolean;
}

/**
 * @param program - holds the files
 * @param files - absolute paths of entry points
 * @returns the exported names of each, sorted
 */
export function publicNames(program: ts.Program, files: readonly string[]): Map<string, PublicName[]> {
  const checker = program.getTypeChecker();
  return new Map(
    files.map((file) => {
      const source = program.getSourceFile(file);
      const module = source && checker.getSymbolAtLocation(source);
      const symbols = module ? checker.getExportsOfModule(module) : [];
      const names = symbols.map((symbol) => describe(symbol, checker));
      return [file, names.sort((a, b) => (a.name < b.name ? -1 : 1))];
    }),
  );
}

function describe(symbol: ts.Symbol, checker: ts.TypeChecker): PublicName {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const foreign = (target.declarations ?? []).some((one) => one.getSourceFile().fileName.includes("/node_modules/"));
  const typeOnly = (symbol.declarations ?? []).some(
    (one) => ts.isExportSpecifier(one) && ts.isTypeOnlyExportDeclaration(one),
  );
  const isValue = (target.flags & ts.SymbolFlags.Value) !== 0 && !typeOnly;
  return {
    name: symbol.name,
    kind: isValue ? "value" : "type",
    documented: foreign || target.getDocumentationComment(checker).length > 0,
  };
}
