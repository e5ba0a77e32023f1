export { type FileLocksOptions, fileLocks } from './file-locks.ts';
