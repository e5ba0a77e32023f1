import type { ContentStore } from '../contract/content-store.ts';
import { StoreError } from '../errors/store-error.ts';
import { uuidv7 } from '../platform/uuid.ts';
import { type Artifact, newArtifact } from '../records/artifact.ts';
import { putArtifact } from '../records/record-op.ts';
import { defaults } from '../store/defaults.ts';
import { describe, invalid } from '../validation/check-value.ts';
import { artifactFields, checkSaid } from './check-said.ts';
import { LineBuffer } from './line-buffer.ts';
import type { ArtifactOptions, LogInput, RecorderOptions, RecordingStore } from './recorder.ts';

/** What the handles of one recorder share: the store, the lines on their way, the clock and the ids. */
export class Recording {
  readonly store: RecordingStore;
  readonly lines: LineBuffer;
  readonly now: () => number;
  readonly newId: () => string;
  readonly #contents: ContentStore | undefined;

  constructor(store: RecordingStore, options: RecorderOptions) {
    this.store = store;
    this.now = options.now ?? Date.now;
    this.newId = options.newId ?? uuidv7;
    this.#contents = options.contents;
    this.lines = new LineBuffer(
      (ops) => store.write(ops),
      options.lineDelay ?? defaults.lineDelay,
      options.lineBytes ?? defaults.lineBytes,
    );
  }

  log(stream: string, input: LogInput): void | Promise<void> {
    return this.lines.add(stream, input, this.now());
  }

  async keepArtifact(
    owner: Pick<Artifact, 'executionId' | 'stepId'>,
    path: string,
    options: ArtifactOptions,
  ): Promise<Artifact> {
    if (typeof path !== 'string' || path === '')
      throw invalid(`the path of an artifact must be text, not ${describe(path)}`);
    if (this.#contents === undefined) {
      throw new StoreError(
        'NOT_SUPPORTED',
        'this recorder has no content store, so it cannot keep artifacts',
      );
    }
    const { content = path, ...said } = checkSaid(options, artifactFields, 'an artifact');
    const name = said.name ?? path.split(/[\\/]/).at(-1) ?? path;
    const stored = await this.#contents.put(content, { name: path });
    const artifact = newArtifact({
      id: this.newId(),
      ...owner,
      filePath: path,
      fileSize: stored.size,
      mimeType: stored.mimeType,
      type: stored.type,
      hash: stored.hash,
      createdAt: this.now(),
      ...said,
      name,
    });
    await this.store.write([putArtifact(artifact)]);
    return artifact;
  }
}
