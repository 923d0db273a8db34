import { addMessages } from './messages/add.ts';
import { bulkMessages } from './messages/bulk.ts';
import { historyMessages } from './messages/history.ts';
import { pairMessages } from './messages/pair.ts';
import { settingsMessages } from './messages/settings.ts';
import { timelineMessages } from './messages/timeline.ts';
import { welcomeMessages } from './messages/welcome.ts';

/** What every page but the first says; loaded before the first of them, so that the window is there sooner. */
export const pageMessages = {
  ...addMessages,
  ...pairMessages,
  ...settingsMessages,
  ...welcomeMessages,
  ...bulkMessages,
  ...historyMessages,
  ...timelineMessages,
};
