/** Everything that `items` yields. For results that are known to be small: the rest should be streamed (S10). */
export async function toArray<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const array: Item[] = [];
  for await (const item of items) array.push(item);
  return array;
}
