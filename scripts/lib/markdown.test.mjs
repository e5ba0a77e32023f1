import { expect, test } from 'vitest';
import { fencedBlocks } from './markdown.mjs';

test('a block knows its language, its words and the line its code begins on', () => {
  expect(fencedBlocks('# Title\n\n```ts no-run\nconst a = 1;\n```\n')).toEqual([
    { language: 'ts', words: ['no-run'], line: 4, code: 'const a = 1;' },
  ]);
});

test('a block in a list loses its indentation, and only that', () => {
  expect(fencedBlocks('- item\n\n  ```js\n  if (x) {\n    y();\n  }\n  ```')[0].code).toBe(
    'if (x) {\n  y();\n}',
  );
});

test('a longer fence shows a shorter one', () => {
  const [block, ...others] = fencedBlocks('````md\n```ts\nx\n```\n````');
  expect(block).toMatchObject({ language: 'md', code: '```ts\nx\n```' });
  expect(others).toEqual([]);
});
