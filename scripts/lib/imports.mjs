import ts from 'typescript';

/**
 * Every module a source file names: `{ specifier, line, names, typeOnly }`, where `names` are the imported names, or
 * `['*']` for the whole module. Read from the syntax tree, so comments and strings that look like imports are none.
 */
export function importsOf(path, text) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found = [];

  const add = (node, literal, names, typeOnly = false) => {
    if (!literal || !ts.isStringLiteralLike(literal)) return;
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    found.push({ specifier: literal.text, line, names, typeOnly });
  };

  const visit = (node) => {
    if (ts.isImportDeclaration(node)) {
      add(node, node.moduleSpecifier, importedNames(node.importClause), node.importClause?.isTypeOnly);
    } else if (ts.isExportDeclaration(node)) {
      const names =
        node.exportClause && ts.isNamedExports(node.exportClause) ? nameList(node.exportClause) : ['*'];
      add(node, node.moduleSpecifier, names, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, [], true);
    } else if (ts.isCallExpression(node) && loadsModule(node.expression)) {
      add(node, node.arguments[0], ['*']);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** `import(…)`, `require(…)`, `import.meta.resolve(…)`, `process.getBuiltinModule(…)`. */
function loadsModule(callee) {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
  return name === 'require' || name === 'getBuiltinModule';
}

function importedNames(clause) {
  if (!clause) return [];
  const bindings = clause.namedBindings;
  if (clause.name || (bindings && ts.isNamespaceImport(bindings))) return ['*'];
  return bindings ? nameList(bindings) : [];
}

/** The names as the other module calls them, without those that are types only. */
function nameList(bindings) {
  return bindings.elements
    .filter((element) => !element.isTypeOnly)
    .map((element) => (element.propertyName ?? element.name).text);
}
