import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { cookieName, originOf, refuseToken, type Door } from './guard.ts';
import { requestError } from './http-errors.ts';
import { SESSION_MS, type Keys } from './keys.ts';

const login = z.strictObject({ token: z.string().min(1).max(1000) });

/** A browser shows the end of its link, or the token, once; from then on its cookie stands for it. */
export function addSessionRoutes(app: FastifyInstance, keys: Keys, door: Door): void {
  const { port } = door;
  const cookie = { httpOnly: true, sameSite: 'strict', path: '/' } as const;
  // A name that only TLS leads to keeps its cookie off everything else.
  const isSecure = ({ headers }: FastifyRequest): boolean =>
    originOf(headers.host, door)?.startsWith('https:') ?? false;

  app.post('/api/v1/session', { config: { open: true } }, async (request, reply) => {
    const given = login.safeParse(request.body);
    if (!given.success)
      throw requestError('Logging in failed: the request has no token.', 'Send {"token": "…"} and nothing else.');
    const session = keys.enter(given.data.token);
    if (session === null) return refuseToken(reply, keys, given.data);
    const lasting = { ...cookie, secure: isSecure(request), maxAge: Math.floor(SESSION_MS / 1000) };
    return reply.setCookie(cookieName(port()), session, lasting).send({ ok: true });
  });

  app.delete('/api/v1/session', async (request, reply) => {
    keys.leave(request.cookies[cookieName(port())] ?? '');
    return reply.clearCookie(cookieName(port()), cookie).send({ ok: true });
  });
}
