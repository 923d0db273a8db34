import type { Database } from 'better-sqlite3';
import { keyAdvice } from '../../../../shared/model/key-advice.ts';
import type { ReportedObject } from '../../../engine/port/schema.ts';
import { isWord, tokenize } from '../sql.ts';
import type { Catalog } from './catalog.ts';
import type { TableInfo } from './table-info.ts';

/** Everything that is seen and not synced, with the reason. */
export function reportedObjects(db: Database, catalog: Catalog, tables: readonly TableInfo[]): ReportedObject[] {
  const shadows = shadowNames(db, catalog);
  return [
    ...catalog.tables.flatMap((table): ReportedObject[] => {
      if (shadows.has(table.name))
        return [{ name: table.name, kind: 'shadow', why: 'it belongs to a virtual table, which keeps its data in it' }];
      if (table.type === 'view')
        return [{ name: table.name, kind: 'view', why: 'a view shows other tables and holds no records of its own' }];
      if (table.type === 'virtual')
        return [{ name: table.name, kind: 'virtual', why: 'a virtual table is made from other data by its module' }];
      return table.name.startsWith('sqlite_')
        ? [{ name: table.name, kind: 'table', why: 'it belongs to SQLite itself' }]
        : [];
    }),
    ...tables.flatMap(reportedOfTable),
  ];
}

function reportedOfTable(table: TableInfo): ReportedObject[] {
  const reported: ReportedObject[] = [];
  if (table.key === null) reported.push({ name: table.name, kind: 'table', why: whyNoKey(table) });
  for (const { name, generated } of table.columns) {
    if (generated)
      reported.push({ name: `${table.name}.${name}`, kind: 'field', why: 'the database computes it by itself' });
  }
  for (const index of table.indexes) {
    if (index.origin === 'pk' || !index.collations.includes('unknown')) continue;
    const why = 'it uses a collation that only your own program knows: records of this table can be read, not written';
    reported.push({ name: index.name, kind: 'index', why });
  }
  for (const trigger of table.triggers) {
    reported.push({
      name: trigger.name,
      kind: 'trigger',
      why: `it stays as it is and runs when records of ${table.name} are written`,
    });
  }
  return reported;
}

function whyNoKey(table: TableInfo): string {
  return table.columns.some((column) => column.keyPart > 0)
    ? 'its key uses a collation that only your own program knows, so equal keys cannot be told'
    : `it has no key; ${keyAdvice(table.name)}`;
}

/** Shadow tables; where the module of a virtual table is missing SQLite does not know them, so its name in front tells. */
export function shadowNames(db: Database, catalog: Catalog): Set<string> {
  const modules = new Set(
    db
      .prepare<[], string>('SELECT name FROM pragma_module_list')
      .pluck()
      .all()
      .map((name) => name.toLowerCase()),
  );
  const orphaned = catalog.entries
    .filter(
      (entry) => entry.type === 'table' && !modules.has(moduleOf(entry.sql) ?? '') && moduleOf(entry.sql) !== undefined,
    )
    .map((entry) => `${entry.name}_`);
  const names = catalog.tables.filter(
    ({ name, type }) => type === 'shadow' || orphaned.some((prefix) => name.startsWith(prefix)),
  );
  return new Set(names.map((table) => table.name));
}

function moduleOf(sql: string): string | undefined {
  if (!/^\s*create\s+virtual\b/i.test(sql)) return undefined;
  const tokens = tokenize(sql);
  return tokens[tokens.findIndex((token) => isWord(token, 'USING')) + 1]?.value.toLowerCase();
}
