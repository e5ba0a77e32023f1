import { readFileSync } from 'node:fs';
import { importsOf } from './imports.mjs';
import { fencedBlocks } from './markdown.mjs';
import { show, walk } from './walk.mjs';

const extensions = { ts: 'ts', typescript: 'ts', js: 'js', javascript: 'js', mjs: 'js' };

/**
 * Every TypeScript and JavaScript block of every Markdown file: `{ file, line, extension, code, runs }`.
 * A block that imports something is a program and is run; `no-run` after the language keeps it to compiling.
 * There is no word that keeps a block from being compiled. Any other word is a mistake: `{ file, line, mistake }`.
 */
export function findSnippets(base) {
  return walk(base)
    .filter((path) => path.endsWith('.md') && !path.endsWith('CHANGELOG.md') && !path.includes('.changeset'))
    .flatMap((path) => {
      const file = show(base, path);
      return fencedBlocks(readFileSync(path, 'utf8'))
        .filter((block) => block.language in extensions)
        .map((block) => describe(file, block));
    });
}

function describe(file, { language, words, line, code }) {
  const unknown = words.filter((word) => word !== 'no-run');
  if (unknown.length > 0) return { file, line, mistake: `unknown word on the fence: ${unknown.join(' ')}` };
  const extension = extensions[language];
  const isProgram = importsOf(`snippet.${extension}`, code).length > 0;
  return { file, line, extension, code, runs: isProgram && !words.includes('no-run') };
}
