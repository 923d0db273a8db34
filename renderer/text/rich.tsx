import { Fragment, type ReactNode } from 'react';
import { templateOf, type Values } from './message.ts';
import { messageOf, type MessageId } from './messages.ts';
import { number } from './numbers.ts';

/** As `t`, where a value is more than text: a name in the mono font, a link. */
export function Rich({
  id,
  values,
}: {
  readonly id: MessageId;
  readonly values: Readonly<Record<string, ReactNode>>;
}): ReactNode {
  const plain = typeof values['n'] === 'number' ? { n: values['n'] } : ({} as Values);
  return templateOf(messageOf(id), plain)
    .split(/(\{\w+\})/)
    .map((part, i) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      const value = name === undefined ? part : values[name];
      return <Fragment key={i}>{typeof value === 'number' ? number(value) : value}</Fragment>;
    });
}
