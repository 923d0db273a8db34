import { describe, expect, it } from 'vitest';
import { cleanText, displayValue } from '../../shared/model/display.ts';

describe('text for people', () => {
  it.each([
    ['the Arabic letter mark', '\u061c', '\\u061c'],
    ['a soft hyphen', '\u00ad', '\\u00ad'],
    ['the Mongolian vowel separator', '\u180e', '\\u180e'],
    ['annotations', '\ufff9\ufffa\ufffb', '\\ufff9\\ufffa\\ufffb'],
    ['tags', '\u{e0001}\u{e0041}\u{e007f}', '\\u{e0001}\\u{e0041}\\u{e007f}'],
    ['Hangul fillers', '\u115f\u1160\u3164\uffa0', '\\u115f\\u1160\\u3164\\uffa0'],
    ['marks without width', '\u200b\u200d\u2060\ufeff', '\\u200b\\u200d\\u2060\\ufeff'],
    ['marks that turn text around', '\u202e\u2066', '\\u202e\\u2066'],
    ['line ends of every kind', '\n\r\u0085\u2028\u2029', '\\n\\r\\u0085\\u2028\\u2029'],
  ])('[T18] shows %s instead of obeying', (_title, hidden, shown) => {
    expect(cleanText(`a${hidden}b`)).toBe(`a${shown}b`);
    expect(displayValue(`a${hidden}b`)).toBe(`a${shown}b`);
  });

  it('[T18] leaves letters, accents and signs of every script as they are', () => {
    const text = 'Ä é e\u0301 漢字 한국 שלום العربية हिन्दी 😀 … ↵ ½';
    expect(cleanText(text)).toBe(text);
  });
});
