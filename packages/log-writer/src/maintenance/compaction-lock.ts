/** Whoever holds this lock is the one who makes sealed segments, which takes longer than a writer's turn. */
export const compactionLock = 'compaction';
