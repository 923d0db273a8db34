import { cpus, loadavg, totalmem } from 'node:os';
import Database from 'better-sqlite3';
import { mb } from './figures.ts';

/** The machine's own word on how busy it was in the last minute. */
export const loadNow = (): string => (loadavg()[0] ?? 0).toFixed(1);

export function machineLine(): string {
  const db = new Database(':memory:');
  const sqlite = db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '?';
  db.close();
  const cores = cpus();
  return [
    `${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'})`,
    `${mb(totalmem())} memory`,
    `${process.platform} ${process.arch}`,
    `Node ${process.versions.node}`,
    `SQLite ${sqlite}`,
  ].join(' · ');
}
