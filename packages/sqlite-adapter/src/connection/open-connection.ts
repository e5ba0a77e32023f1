import Database from 'better-sqlite3';
import { Connection } from './connection.ts';
import { applyPragmas, type PragmaSettings } from './pragmas.ts';
import type { SqliteDatabase } from './sqlite-types.ts';

/**
 * Opens the connection that writes; the file is made when it is absent.
 * @throws SQLite's own errors
 */
export function openWriter(path: string, settings: PragmaSettings): Connection {
  return configured(
    new Connection(path, new Database(path, { timeout: 0 }) as SqliteDatabase),
    'writer',
    settings,
  );
}

/**
 * As {@link openWriter}, but never makes the file.
 * @throws SQLite's own errors
 */
export function openExisting(path: string, settings: PragmaSettings): Connection {
  const database = new Database(path, { timeout: 0, fileMustExist: true }) as SqliteDatabase;
  return configured(new Connection(path, database), 'writer', settings);
}

/**
 * Opens a connection that cannot write: the kernel would refuse it, and so would SQLite.
 * @throws SQLite's own errors
 */
export function openReader(path: string, settings: PragmaSettings): Connection {
  const database = new Database(path, { timeout: 0, readonly: true, fileMustExist: true }) as SqliteDatabase;
  return configured(new Connection(path, database), 'reader', settings);
}

/**
 * Opens a connection whose own database cannot be written, but that may write a copy of it to another file:
 * `query_only` would forbid both.
 */
export function openCopySource(path: string, settings: PragmaSettings): Connection {
  const connection = openReader(path, settings);
  connection.pragma('query_only = 0');
  return connection;
}

function configured(connection: Connection, role: 'writer' | 'reader', settings: PragmaSettings): Connection {
  try {
    applyPragmas(connection, role, settings);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
