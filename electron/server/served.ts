import { z } from 'zod';
import type { HomePaths } from '../api/host/home.ts';
import { connectTo, listenOn } from '../api/host/socket-server.ts';
import type { RunningServer } from './serve.ts';

/** What the server of a home gives to another program of the same user. */
const offer = z.strictObject({ url: z.string(), link: z.string() });
export type Offer = z.infer<typeof offer>;

const PATIENCE_MS = 3000;

/** Beside the socket of the engine, and as private: whoever can reach it is the user whose server it is. */
const socketOf = ({ socket }: HomePaths): string =>
  socket.endsWith('.sock') ? socket.replace(/\.sock$/, '-serve.sock') : `${socket}-serve`;

/**
 * Gives a new link to whoever of this user asks for one, so that `tandem open` needs neither a port nor a token. The
 * first server of a home does it. The answer ends it.
 */
export async function offerLinks(
  home: HomePaths,
  running: Pick<RunningServer, 'url' | 'newLink'>,
): Promise<() => Promise<void>> {
  if ((await askForLink(home)) !== null) return async () => undefined;
  return listenOn(socketOf(home), (wire) => {
    wire.send(JSON.stringify({ url: running.url, link: running.newLink() } satisfies Offer));
    wire.close();
  });
}

/** A link of the server that runs on this home; `null`: none does. */
export async function askForLink(home: HomePaths): Promise<Offer | null> {
  const wire = await connectTo(socketOf(home));
  if (wire === null) return null;
  const answer = new Promise<string | null>((resolve) => {
    wire.onText(resolve);
    wire.onClose(() => resolve(null));
    setTimeout(() => resolve(null), PATIENCE_MS).unref();
  });
  const text = await answer;
  wire.close();
  return text === null ? null : offer.parse(JSON.parse(text));
}
