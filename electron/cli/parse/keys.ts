/**
 * A key as a person types it, or as it is shown: its fields in order, separated by commas with or without a space;
 * `\,` is a comma inside a field, `\ ` a space at its begin.
 */
export function splitKey(text: string, parts: number): string[] {
  // A key of one field is taken as it stands, commas included.
  if (parts === 1) return [text];
  const fields = [''];
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i);
    const following = text.charAt(i + 1);
    if (letter === '\\' && [',', '\\', ' '].includes(following)) {
      fields.push(`${fields.pop() ?? ''}${following}`);
      i++;
    } else if (letter === ',') {
      fields.push('');
      if (following === ' ') i++;
    } else fields.push(`${fields.pop() ?? ''}${letter}`);
  }
  return fields;
}

/** Names after an option: separated by spaces or commas, each once. */
export function nameList(words: readonly string[]): string[] {
  return [...new Set(words.flatMap((word) => word.split(',')).map((word) => word.trim()))].filter(
    (name) => name !== '',
  );
}
