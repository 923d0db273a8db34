import { conflictMessages } from './messages/conflicts.ts';
import { frameMessages } from './messages/frame.ts';
import { generalMessages } from './messages/general.ts';
import { overviewMessages } from './messages/overview.ts';
import { stateMessages } from './messages/states.ts';

/** Every text of the window that is longer than a name. One file per area below `messages/`; ids begin with the area. */
export const messages = {
  ...generalMessages,
  ...frameMessages,
  ...stateMessages,
  ...overviewMessages,
  ...conflictMessages,
};

export type MessageId = keyof typeof messages;
