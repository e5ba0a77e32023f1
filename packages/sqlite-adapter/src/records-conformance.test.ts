import { sqliteRecords } from '@stepwell/sqlite-adapter';
import { recordConformance } from '@stepwell/testkit';
import { describe, it } from 'vitest';

recordConformance({ describe, it }, 'sqlite', (workspace) =>
  sqliteRecords({ path: workspace.within('records.db') }),
);
