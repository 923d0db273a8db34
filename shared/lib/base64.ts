const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUE_OF = new Map(ALPHABET.split('').map((letter, value) => [letter, value]));

/** Standard base64 with padding. Written here because `shared/` has neither Node's Buffer nor the browser's atob. */
export function bytesToBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const letters = [18, 12, 6, 0].map((shift) => ALPHABET.charAt((word >> shift) & 63)).join('');
    parts.push(left >= 3 ? letters : letters.slice(0, left + 1).padEnd(4, '='));
  }
  return parts.join('');
}

/** The bytes, or `undefined` if the text is not base64 with padding. */
export function bytesFromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let word = 0;
  for (let i = 0; i < text.length; i++) {
    const value = i >= text.length - padding ? 0 : VALUE_OF.get(text.charAt(i));
    if (value === undefined) return undefined;
    word = (word << 6) | value;
    if (i % 4 !== 3) continue;
    const at = (i >> 2) * 3;
    for (let k = 0; k < 3 && at + k < bytes.length; k++) bytes[at + k] = (word >> (16 - 8 * k)) & 255;
    word = 0;
  }
  return bytes;
}
