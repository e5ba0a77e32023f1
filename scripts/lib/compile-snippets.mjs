import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './paths.mjs';

/**
 * Snippets are compiled here, wherever their Markdown lies: imports then resolve as in the tests/ workspace, which
 * depends on every package, and through each package's own exports, as in the project of someone who installed it.
 */
const directory = join(root, 'tests/node_modules/.snippets');

/** Compiles all snippets as one program and returns each with `output`, the file to run, and `errors`. */
export function compileSnippets(snippets) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');

  const compiled = snippets.map((snippet, index) => {
    const name = `${String(index).padStart(3, '0')}-${snippet.file.replace(/\W+/g, '-')}-${snippet.line}`;
    const source = join(directory, `${name}.${snippet.extension}`);
    // Blank lines before the code make the compiler's line numbers, and those of a stack, the Markdown file's own.
    writeFileSync(source, '\n'.repeat(snippet.line - 1) + snippet.code);
    return { ...snippet, source, output: join(directory, 'out', `${name}.js`), errors: [] };
  });

  const program = ts.createProgram(
    compiled.map(({ source }) => source),
    options(),
  );
  const { diagnostics } = program.emit();
  for (const diagnostic of [...ts.getPreEmitDiagnostics(program), ...diagnostics]) {
    const owner = compiled.find(({ source }) => diagnostic.file?.fileName === source.replaceAll('\\', '/'));
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    if (!owner) throw new Error(text); // A broken option or a broken package: no snippet's fault.
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
    owner.errors.push({ line: line + 1, text });
  }
  return compiled;
}

/** The packages' own strictness, except for what is about writing a library and not about showing one. */
function options() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options: strict } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return {
    ...strict,
    noEmit: false,
    allowJs: true,
    declaration: false,
    isolatedDeclarations: false,
    allowImportingTsExtensions: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    moduleDetection: ts.ModuleDetectionKind.Force,
    inlineSourceMap: true,
    typeRoots: [join(root, 'node_modules/@types')],
    rootDir: directory,
    outDir: join(directory, 'out'),
  };
}
