import { expect, test } from 'vitest';
import { PieceSize } from './piece-size.ts';

const mebibyte = 1024 * 1024;

test('S10: pieces grow while more gathers than one of them, up to half of the bound, and shrink again', () => {
  const piece = new PieceSize(8 * mebibyte);
  const sizes: number[] = [];
  for (const gathered of [0, 1, 2, 4, 9, 3, 1, 1, 0, 0]) {
    piece.observe(gathered * mebibyte);
    sizes.push(piece.bytes / mebibyte);
  }
  expect(sizes).toEqual([1, 2, 4, 4, 4, 4, 2, 2, 1, 1]);
});

test('S10: a piece is never more than the bound', () => {
  const piece = new PieceSize(1_000);
  expect([piece.least, piece.bytes]).toEqual([1_000, 1_000]);
  piece.observe(5_000);
  expect(piece.bytes).toBe(1_000);
});
