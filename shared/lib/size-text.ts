import { countText, numberText } from './count-text.ts';

/** `512 bytes`, `600 KB`, `1.2 MB`, `76.1 GB`: KB whole, the others with one decimal. */
export function sizeText(bytes: number): string {
  if (bytes < KB) return countText(bytes, 'byte');
  if (bytes < MB) return `${numberText(Math.round(bytes / KB))} KB`;
  return bytes < GB ? `${(bytes / MB).toFixed(1)} MB` : `${(bytes / GB).toFixed(1)} GB`;
}

const KB = 1024;
const MB = 1024 * KB;
const GB = 1024 * MB;
