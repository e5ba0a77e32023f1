/** A piece of a table: its text, and how it is coloured once it has been made as wide as its column. */
export interface Cell {
  readonly text: string;
  readonly style?: (text: string) => string;
  readonly align?: 'left' | 'right';
}

/**
 * Rows with their columns under each other, two blanks apart. The last column is not filled up, so it is the place for
 * names: nobody knows how wide a terminal draws them.
 */
export function table(rows: readonly (readonly Cell[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, { text }] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(text));
    }
  }
  return rows.map((row) => `${indent}${lineOf(row, widths)}\n`).join('');
}

function lineOf(row: readonly Cell[], widths: readonly number[]): string {
  return row
    .map(({ text, style = same, align = 'left' }, column) => {
      const fill = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(text)));
      if (align === 'right') return fill + style(text);
      return column === row.length - 1 ? style(text) : style(text) + fill;
    })
    .join('  ')
    .trimEnd();
}

/** Characters, not UTF-16 units. */
function widthOf(text: string): number {
  return [...text].length;
}

function same(text: string): string {
  return text;
}
