import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const renderer = join(import.meta.dirname, '..', '..', 'renderer');
const names = readdirSync(renderer, { recursive: true, encoding: 'utf8' });
const read = (name: string): string => readFileSync(join(renderer, name), 'utf8');
const sheets = names.filter((name) => name.endsWith('.css') && name !== 'tokens.css');
const sources = names.filter((name) => /\.tsx?$/.test(name));

const withoutComments = (css: string): string => css.replaceAll(/\/\*[\s\S]*?\*\//g, '');
const classesOf = (css: string): ReadonlySet<string> =>
  new Set(
    [
      ...withoutComments(css)
        .replaceAll(/\{[^{}]*\}/g, '{}')
        .matchAll(/\.([A-Za-z]\w*)/g),
    ].map(([, name]) => name ?? ''),
  );

/** `css.button` in a source, with the module it is imported from. */
function used(name: string): { readonly where: string; readonly module: string; readonly className: string }[] {
  const source = read(name);
  const body = source.replaceAll(/^import .*$/gm, '');
  return [...source.matchAll(/import (\w+) from '(\.[^']+\.module\.css)';/g)].flatMap(([, local, path]) =>
    [...body.matchAll(new RegExp(`(?<!['"\\w.])${local}\\.(\\w+)`, 'g'))].map(([, className]) => ({
      where: name,
      module: join(dirname(name), path ?? ''),
      className: className ?? '',
    })),
  );
}

describe('styles', () => {
  it('every class that a component names stands in the module it names', () => {
    const all = sources.flatMap(used);
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter(({ module, className }) => !classesOf(read(module)).has(className))).toEqual([]);
  });

  it.each(sheets)('%s stands in layers, and takes every colour from the tokens', (name) => {
    const css = withoutComments(read(name));
    expect(css).toMatch(/^\s*@layer (?:base|components|pages|last) \{/);
    expect(css.match(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/gi)).toBeNull();
  });
});
