import { number } from './numbers.ts';

/** A text with `{name}` where a value goes; of the two forms `one` is for `n` = 1. */
export type Message = string | { readonly one: string; readonly many: string };
export type Values = Readonly<Record<string, string | number>>;

export const templateOf = (message: Message, { n }: Values): string =>
  typeof message === 'string' ? message : n === 1 ? message.one : message.many;

/** The text with its values; numbers are written as the system's language writes them. */
export function filled(message: Message, values: Values): string {
  return templateOf(message, values).replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === 'number' ? number(value) : value;
  });
}
