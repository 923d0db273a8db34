/** How words stand out; plain where the terminal or the person wants no styles. */
export interface Style {
  readonly colors: boolean;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

const wrap = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
const asIs = (text: string): string => text;

export const plainStyle: Style = { colors: false, bold: asIs, dim: asIs, good: asIs, warn: asIs, bad: asIs };
const colored: Style = {
  colors: true,
  bold: wrap(1),
  dim: wrap(2),
  good: wrap(32),
  warn: wrap(33),
  bad: wrap(31),
};

/** https://no-color.org: any value but the empty one switches colours off. */
export function styleFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Style {
  const unwanted = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return isTerminal && !unwanted ? colored : plainStyle;
}
