/** The signs of a JSON text: texts whole, everything else as it stands, without the spaces between. */
const signs = (json: string): readonly string[] => json.match(/"(?:\\.|[^"\\])*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? [];

/** Without the spaces between its signs; nothing else is another. */
export const compact = (json: string): string => signs(json).join('');

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A JSON text on one line, which can be shown on several and written back exactly as it was. */
export const isCompactJson = (text: string): boolean =>
  /^[[{]/.test(text) && text.length > 2 && compact(text) === text && isJson(text);

/** One value per line; `compact` gives back the text as it was, with every digit of its numbers. */
export function inLines(json: string): string {
  let depth = 0;
  let out = '';
  const all = signs(json);
  all.forEach((sign, i) => {
    const next = all[i + 1] ?? '';
    if (/^[}\]]$/.test(sign)) {
      depth--;
      if (!/^[{[]$/.test(all[i - 1] ?? '')) out += `\n${'  '.repeat(depth)}`;
    }
    out += sign === ':' ? ': ' : sign;
    if (/^[{[]$/.test(sign)) depth++;
    if ((/^[{[]$/.test(sign) && !/^[}\]]$/.test(next)) || sign === ',') out += `\n${'  '.repeat(depth)}`;
  });
  return out;
}
