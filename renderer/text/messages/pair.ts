import type { Message } from '../message.ts';
export const pairMessages = {} satisfies Record<string, Message>;
