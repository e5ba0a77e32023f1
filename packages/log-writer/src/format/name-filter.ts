import { crc32 } from 'node:zlib';

/*
 * A Bloom filter over the names of a sealed segment: bits that say which names are certainly not in it, so that asking a
 * hundred segments for a stream of one reads no directory of the others. Ten bits a name and seven probes take one name in
 * a hundred that is not there for one that may be.
 *
 * With h the crc32 of the name, a = mix(h) and b = mix(h xor 0x9e3779b9) | 1, the probes are the bits (a + i·b) mod 2³² mod
 * the number of bits, for i from 0 to 6. Bit n is bit n mod 8 of byte n div 8. mix is below, and like the rest of this part
 * of the format.
 */
const bitsPerName = 10;
const probes = 7;

/** What stands for a name until all of them are known. */
export function hashName(name: string): number {
  return crc32(Buffer.from(name, 'utf8'));
}

export function buildFilter(hashes: readonly number[]): Buffer {
  const filter = Buffer.alloc(Math.ceil((hashes.length * bitsPerName) / 8));
  for (const hash of hashes) {
    for (const bit of probesOf(hash, filter.length * 8)) {
      filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return filter;
}

/** `false` when no name of the segment has this hash. */
export function mayHave(filter: Buffer, hash: number): boolean {
  if (filter.length === 0) return false;
  return probesOf(hash, filter.length * 8).every(
    (bit) => ((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0,
  );
}

function probesOf(hash: number, bits: number): number[] {
  const step = mix(hash ^ 0x9e3779b9) | 1;
  const places: number[] = [];
  let place = mix(hash);
  for (let i = 0; i < probes; i++) {
    places.push((place >>> 0) % bits);
    place = (place + step) | 0;
  }
  return places;
}

function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
