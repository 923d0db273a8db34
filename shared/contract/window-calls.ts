import { call } from './call.ts';
import { conflictIndex, conflictIndexRequest } from './window-shapes.ts';

/** What a window asks for that no command does. */
export const windowCalls = {
  'conflicts.index': call(
    'GET /api/v1/conflicts/index',
    'A page of conflicts as light rows, oldest first, and how many each filter would show; looks at no side.',
    conflictIndexRequest,
    conflictIndex,
  ),
};
