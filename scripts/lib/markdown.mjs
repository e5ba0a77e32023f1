/**
 * The fenced code blocks of a Markdown text: `{ language, words, code, line }`, where `line` is that of the first line
 * of code and `words` is what follows the language on the fence. A fence may be indented, as in a list.
 */
export function fencedBlocks(text) {
  const blocks = [];
  let open;
  text.split(/\r?\n/).forEach((content, index) => {
    const fence = /^(\s*)(`{3,}|~{3,})\s*(.*)$/.exec(content);
    if (!open && fence) {
      const [language = '', ...words] = fence[3].trim().split(/\s+/);
      open = { indent: fence[1].length, fence: fence[2], language, words, line: index + 2, lines: [] };
    } else if (open && fence?.[2].startsWith(open.fence) && fence[3] === '') {
      const { language, words, line, lines } = open;
      blocks.push({ language, words, line, code: lines.join('\n') });
      open = undefined;
    } else if (open) {
      open.lines.push(content.slice(Math.min(open.indent, content.length - content.trimStart().length)));
    }
  });
  return blocks;
}
