import { must } from '../../shared/lib/assert.ts';
import type { Message } from './message.ts';
import { brakeMessages } from './messages/brake.ts';
import { conflictMessages } from './messages/conflicts.ts';
import { frameMessages } from './messages/frame.ts';
import { generalMessages } from './messages/general.ts';
import { longMessages } from './messages/long.ts';
import { networkMessages } from './messages/network.ts';
import { overviewMessages } from './messages/overview.ts';
import { planMessages } from './messages/plan.ts';
import { stateMessages } from './messages/states.ts';
import { undoMessages } from './messages/undo.ts';
import type { pageMessages } from './page-messages.ts';

/** What the frame and the first page say; the texts of the other pages come with them (`page-messages.ts`). One file per area below `messages/`; ids begin with the area. */
const firstMessages = {
  ...generalMessages,
  ...frameMessages,
  ...stateMessages,
  ...overviewMessages,
  ...conflictMessages,
  ...networkMessages,
  ...longMessages,
  ...planMessages,
  ...brakeMessages,
  ...undoMessages,
};

export type MessageId = keyof typeof firstMessages | keyof typeof pageMessages;

const table: Partial<Record<MessageId, Message>> = { ...firstMessages };

/** Texts that were loaded later. */
export function addMessages(more: Partial<Record<MessageId, Message>>): void {
  Object.assign(table, more);
}

export const messageOf = (id: MessageId): Message => must(table[id], `the text ${id}`);
