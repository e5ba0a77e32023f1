import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import Database from 'better-sqlite3';

/** What is measured with, in one line. */
export function versions() {
  const db = new Database(':memory:');
  const sqlite = db.prepare('SELECT sqlite_version()').pluck().get();
  db.close();
  const peers = ['better-sqlite3', 'kysely', 'drizzle-orm'].map((name) => `${name} ${versionOf(name)}`);
  const machine = `${process.platform} ${process.arch}, ${availableParallelism()} cores`;
  return [`Node ${process.versions.node}`, `SQLite ${sqlite}`, ...peers, machine].join(' · ');
}

/** Read as a file, since a package need not export its package.json. */
function versionOf(name) {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
