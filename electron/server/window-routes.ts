import type { FastifyInstance, FastifyReply } from 'fastify';
import { WINDOW_POLICY } from '../../shared/lib/window-policy.ts';
import { credentialsOf } from './guard.ts';
import type { Keys } from './keys.ts';
import { PAGE_POLICY, sendLoginPage } from './login-page.ts';
import { readWindowFiles, type WindowFile } from './window-files.ts';

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tandem</title>
<link rel="stylesheet" href="/tandem.css">
<main>
<h1>Tandem</h1>
<p>You are logged in, and the pages of the window are not there: they were not built.</p>
<p>Run <code>npm run build:window</code> where Tandem was installed, and start <code>tandem serve</code> again. Scripts are served meanwhile: <a href="/api/v1/docs">what they can ask</a>.</p>
</main>
</html>
`;

/** The window for who is logged in, else the login page; and the files that the window loads, each by its own name. */
export function addWindowRoutes(
  app: FastifyInstance,
  keys: Keys,
  port: () => number,
  folder: string | undefined,
): void {
  const files: ReadonlyMap<string, WindowFile> = folder === undefined ? new Map() : readWindowFiles(folder);
  const page = files.get('/index.html');
  app.get('/', { config: { open: true } }, (request, reply) => {
    if (!keys.isOpenTo(credentialsOf(request, port()))) return sendLoginPage(reply);
    if (page === undefined)
      return reply.header('content-security-policy', PAGE_POLICY).type('text/html').send(NOT_BUILT);
    return send(reply, page);
  });
  for (const [path, file] of files) app.get(path, { schema: { hide: true } }, (_, reply) => send(reply, file));
}

const send = (reply: FastifyReply, { type, body }: WindowFile): FastifyReply =>
  reply.header('content-security-policy', WINDOW_POLICY).type(type).send(body);
