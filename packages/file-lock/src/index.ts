export { fileLocks } from './file-locks.ts';
export type { FileLocksOptions } from './file-locks-options.ts';
