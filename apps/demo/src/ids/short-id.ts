/**
 * The end of an id, which is random; the beginning of a UUIDv7 is the time, which runs of one day share. Ids that
 * somebody chose are shown whole.
 */
export function shortId(id: string): string {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(id) ? id.slice(-8) : id;
}
