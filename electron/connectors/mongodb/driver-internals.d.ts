/*
 * What the driver (7.8) has and does not publish. It is pinned to one version, and a bundle takes these modules in beside
 * the rest of the driver, so that its classes are the driver's own.
 */
declare module 'mongodb/lib/cmap/commands.js' {
  /** Documents in the place of a list of a command, which go out as the bytes they are. */
  export class DocumentSequence {
    constructor(field: string);
    push(shown: object, bytes: Uint8Array): number;
  }
}

declare module 'mongodb/lib/cmap/connection.js' {
  import type { Socket } from 'node:net';

  export class Connection {
    readonly socket: Socket;
    readonly closed: boolean;
    readonly error: Error | null;
    writeCommand(...args: unknown[]): Promise<void>;
  }
}
