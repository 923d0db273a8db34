import { filled, type Values } from './message.ts';
import { messageOf, type MessageId } from './messages.ts';

/** The text of this id. `n` chooses between one and many. */
export const t = (id: MessageId, values: Values = {}): string => filled(messageOf(id), values);
