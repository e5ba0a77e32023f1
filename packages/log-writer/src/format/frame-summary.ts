/** What a frame of lines says about one of its streams. Times are milliseconds since the Unix epoch. */
export interface StreamSummary {
  readonly name: string;
  /** The number of the first of its lines that are in the frame. */
  readonly first: number;
  readonly count: number;
  /** Of content. */
  readonly bytes: number;
  /** The earliest and the latest time: lines need not be in order of time. */
  readonly minAt: number;
  readonly maxAt: number;
  /** The times of its first and its last line. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Line numbers of a stream that a power cut took (S2). */
export interface LostSummary {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Lines of a stream, from its first, that a commit took out of it. */
export interface PruneSummary {
  readonly name: string;
  /** The number of the last of them. */
  readonly through: number;
}
