/** Bytes of the JavaScript heap that something still refers to. */
export function liveHeap() {
  // Without it the garbage of the moment would be counted, which says nothing: lib/alone.mjs is started with it.
  if (globalThis.gc === undefined) throw new Error('needs node --expose-gc; npm run bench sees to it');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
