/** Exactly as a shell has to be given it. */
export function shellQuote(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  // Control characters cannot be typed, and would act when they are shown.
  // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
  if (/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/.test(word)) return ansiQuoted(word);
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** `$'…'` of bash, zsh and the coming POSIX. */
function ansiQuoted(word: string): string {
  const bytes = Array.from(word.toWellFormed(), (letter) => {
    const isPlain = letter >= ' ' && letter <= '~';
    if (!isPlain) return encodeURIComponent(letter).toLowerCase().replaceAll('%', '\\x');
    return letter === "'" || letter === '\\' ? `\\${letter}` : letter;
  });
  return `$'${bytes.join('')}'`;
}
