import { addMessages } from './messages/add.ts';
import { bulkMessages } from './messages/bulk.ts';
import { conflictMessages } from './messages/conflicts.ts';
import { frameMessages } from './messages/frame.ts';
import { brakeMessages } from './messages/brake.ts';
import { generalMessages } from './messages/general.ts';
import { longMessages } from './messages/long.ts';
import { networkMessages } from './messages/network.ts';
import { historyMessages } from './messages/history.ts';
import { overviewMessages } from './messages/overview.ts';
import { pairMessages } from './messages/pair.ts';
import { settingsMessages } from './messages/settings.ts';
import { planMessages } from './messages/plan.ts';
import { stateMessages } from './messages/states.ts';
import { welcomeMessages } from './messages/welcome.ts';
import { timelineMessages } from './messages/timeline.ts';
import { undoMessages } from './messages/undo.ts';

/** Every text of the window that is longer than a name. One file per area below `messages/`; ids begin with the area. */
export const messages = {
  ...generalMessages,
  ...frameMessages,
  ...stateMessages,
  ...overviewMessages,
  ...conflictMessages,
  ...addMessages,
  ...pairMessages,
  ...settingsMessages,
  ...welcomeMessages,
  ...networkMessages,
  ...bulkMessages,
  ...longMessages,
  ...planMessages,
  ...brakeMessages,
  ...historyMessages,
  ...timelineMessages,
  ...undoMessages,
};

export type MessageId = keyof typeof messages;
