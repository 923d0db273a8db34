import { resolve } from 'node:path';

const SCHEME = /^[a-z][a-z0-9+.-]+:/i;
const FILE_SCHEME = /^sqlite:/i;

/**
 * The address with an absolute path: the engine may run in another process with another working directory. What is no
 * plain path stays as typed, to be judged by the connector that knows it.
 */
export function absoluteAddress(typed: string, cwd: string): string {
  const path = FILE_SCHEME.test(typed) ? typed.slice('sqlite:'.length) : typed;
  if (path.trim() === '' || path !== path.trim() || path.startsWith('//') || path === ':memory:') return typed;
  if (SCHEME.test(path)) return typed;
  return path === typed ? resolve(cwd, path) : `sqlite:${resolve(cwd, path)}`;
}
