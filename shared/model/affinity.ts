/** How a column converts what is written into it; `none`: not at all. */
export type Affinity = 'integer' | 'numeric' | 'real' | 'text' | 'none';

/**
 * The rules of https://sqlite.org/datatype3.html section 3.1, which also fit the type names of other kinds. `strict`: of
 * a STRICT table, where ANY takes everything as it is.
 */
export function affinityOf(type: string, strict = false): Affinity {
  const upper = type.toUpperCase();
  if (strict && upper === 'ANY') return 'none';
  if (upper.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT/.test(upper)) return 'text';
  if (upper === '' || upper.includes('BLOB')) return 'none';
  return /REAL|FLOA|DOUB/.test(upper) ? 'real' : 'numeric';
}
