import { DocumentSequence } from 'mongodb/lib/cmap/commands.js';

/** What watches commands sees that there are documents, and not what they hold. */
const SHOWN = {};

/**
 * The list `field` of a command as a section of its own of the message (OP_MSG, kind 1), without the driver's objects and
 * its serializer in between: those would cost most of a copy, and cannot say every document that a server holds. The
 * driver (7.8) sends its own inserts so and does not publish the class; a command carries it through unread. It is pinned
 * to one version, and [MO69] sends and reads back.
 */
export function documentSequence(field: string, documents: readonly Buffer[]): unknown {
  const sequence = new DocumentSequence(field);
  for (const document of documents) sequence.push(SHOWN, document);
  return sequence;
}
