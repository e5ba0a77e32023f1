import { rm } from 'node:fs/promises';
import type { ContentSource, StoredContent } from '@stepwell/core';
import type { BlobLock } from './blobs/blob-lock.ts';
import { publishBlob } from './blobs/publish-blob.ts';
import { type ContentLimits, openContent } from './content/open-content.ts';
import type { DraftSession } from './drafts/draft-session.ts';
import { writeDraft } from './drafts/write-draft.ts';
import type { Layout } from './layout.ts';
import { artifactTypeOf } from './naming/artifact-type-of.ts';
import { mimeTypeOf } from './naming/mime-type-of.ts';

/** source → draft (hashed, synced) → content address. On a failure nothing is visible and the draft is gone. */
export async function putContent(
  layout: Layout,
  session: DraftSession,
  lock: BlobLock,
  source: ContentSource,
  { name, ...limits }: ContentLimits & { readonly name: string | undefined },
): Promise<StoredContent> {
  const content = await openContent(source, limits);
  const path = await session.nextDraft();
  try {
    const draft = await writeDraft(path, content.chunks);
    await using _lock = await lock('shared', limits.signal);
    await publishBlob(layout, draft);
    const mimeType = mimeTypeOf(name ?? content.name);
    return {
      hash: draft.hash,
      size: draft.size,
      mimeType,
      type: artifactTypeOf(name ?? content.name, mimeType),
    };
  } catch (error) {
    // Where even this fails the draft is left to a collection: what went wrong first is what counts.
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}
