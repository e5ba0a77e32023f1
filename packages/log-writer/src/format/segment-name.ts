/** `frames`: one frame a commit, of many streams; the last one is appended to. `sealed`: sorted by stream, and never changed. */
export type SegmentKind = 'frames' | 'sealed';

/** A file of a log. */
export interface SegmentName {
  readonly id: number;
  readonly kind: SegmentKind;
}

const endings = { frames: 'seg', sealed: 'sealed' } as const;

/** Ids and nothing else make names: a stream may be called anything. */
export function segmentName({ id, kind }: SegmentName): string {
  return `${String(id).padStart(8, '0')}.${endings[kind]}`;
}

/** What a file of this name is; `undefined` for any other file. */
export function readSegmentName(name: string): SegmentName | undefined {
  const [, digits, ending] = /^(\d{8,10})\.(seg|sealed)$/.exec(name) ?? [];
  if (digits === undefined) return undefined;
  return { id: Number(digits), kind: ending === endings.sealed ? 'sealed' : 'frames' };
}
