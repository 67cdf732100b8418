/** The functions with options of every entry point, and the names of their options, read from the sources by the TypeScript compiler. */
import ts from "typescript";

/** A function, constructor or method whose argument `options` is an object. */
export interface OptionTaker {
  /** Name of the export, and of the method after a dot. */
  readonly name: string;
  readonly kind: "function" | "constructor" | "method" | "static";
  /** Position of the options among the arguments. */
  readonly index: number;
  /** Names of the type's fields, of all overloads and parts of unions. */
  readonly options: ReadonlySet<string>;
}

/** @param file - absolute path of an entry point, held by the program */
export function optionTakers(program: ts.Program, file: string): OptionTaker[] {
  const checker = program.getTypeChecker();
  const found: OptionTaker[] = [];
  const add = (name: string, kind: OptionTaker["kind"], declarations: readonly ts.Node[]) => {
    const options = new Set<string>();
    let index = -1;
    for (const declaration of declarations) {
      if (!ts.isFunctionLike(declaration)) continue;
      for (const [at, parameter] of declaration.parameters.entries()) {
        if (!isOptions(parameter, checker)) continue;
        index = at;
        for (const field of fieldsOf(checker.getTypeAtLocation(parameter), checker)) options.add(field);
      }
    }
    if (index >= 0) found.push({ name, kind, index, options });
  };
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declarations = symbol.declarations ?? [];
    if (symbol.flags & ts.SymbolFlags.Class) {
      const members = declarations.filter(ts.isClassDeclaration).flatMap(({ members }) => [...members]);
      add(exported.name, "constructor", members.filter(ts.isConstructorDeclaration));
      const statics = members.filter(
        (one) => ts.isMethodDeclaration(one) && isStatic(one) && !ts.isPrivateIdentifier(one.name),
      );
      for (const one of statics) add(`${exported.name}.${one.name!.getText()}`, "static", [one]);
      for (const { name, declarations: of = [] } of checker.getPropertiesOfType(
        checker.getDeclaredTypeOfSymbol(symbol),
      )) {
        const methods = of.filter(ts.isMethodDeclaration).filter((one) => !ts.isPrivateIdentifier(one.name));
        add(`${exported.name}.${name}`, "method", methods);
      }
    } else if (symbol.flags & ts.SymbolFlags.Function) {
      add(exported.name, "function", declarations);
    } else if (symbol.flags & ts.SymbolFlags.Variable) {
      const values = declarations.map((one) => (ts.isVariableDeclaration(one) ? one.initializer : undefined));
      add(
        exported.name,
        "function",
        values.filter((one) => one !== undefined),
      );
    }
  }
  return found;
}

const isStatic = (one: ts.MethodDeclaration): boolean =>
  one.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true;

/** Named options, or taken apart at once, and an object of ours. */
function isOptions({ name, ...parameter }: ts.ParameterDeclaration, checker: ts.TypeChecker): boolean {
  if (!ts.isObjectBindingPattern(name) && !/options/i.test(name.getText())) return false;
  const type = checker.getNonNullableType(checker.getTypeAtLocation(name.parent as typeof parameter));
  const isObject = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.UnionOrIntersection)) !== 0;
  const isCalled = type.getCallSignatures().length > 0;
  return isObject && !isCalled && checker.typeToString(type) !== "ErrorOptions";
}

function fieldsOf(type: ts.Type, checker: ts.TypeChecker): string[] {
  const given = checker.getNonNullableType(type);
  if (given.isUnion()) return given.types.flatMap((part) => fieldsOf(part, checker));
  return checker.getPropertiesOfType(given).map(({ name }) => name);
}
