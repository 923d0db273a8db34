import type { Message } from '../message.ts';
export const settingsMessages = {} satisfies Record<string, Message>;
