import type { FastifyInstance, FastifyReply, FastifySchema } from 'fastify';
import { z } from 'zod';
import { callNames, calls, type CallName, type Params } from '../../shared/contract/calls.ts';
import { errorBody } from '../../shared/contract/error-body.ts';
import { keyRef } from '../../shared/contract/values.ts';
import type { Connection } from '../api/connect.ts';
import { KEY_IN_PATH, paramsFrom, placesOf } from './call-params.ts';

/** A call lasts as long as somebody waits for its answer, and the server goes on. */
export function signalFor(reply: FastifyReply, ending: AbortSignal): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return AbortSignal.any([gone.signal, ending]);
}

/** Every call of the contract at its method and path. `ending` ends them after the running batch. */
export function addCallRoutes(app: FastifyInstance, engine: Pick<Connection, 'call'>, ending: AbortSignal): void {
  for (const name of callNames) {
    const { method, path } = calls[name];
    app.route({
      method,
      url: path,
      schema: schemaOf(name),
      handler: async (request, reply) =>
        reply.send(
          await engine.call(name, paramsFrom(name, request) as Params<typeof name>, {
            signal: signalFor(reply, ending),
          }),
        ),
    });
  }
}

/** For the description alone: the dispatcher checks what comes in and what goes out. */
function schemaOf(name: CallName): FastifySchema {
  const { doc, result } = calls[name];
  const { inPath, others, hasBody } = placesOf(name);
  const path = Object.entries(inPath).map(([each, schema]) => [
    each,
    schema === keyRef ? z.string().describe(KEY_IN_PATH) : schema,
  ]);
  const isEmpty = Object.keys(others).length === 0;
  return {
    operationId: name,
    description: doc,
    tags: [name.split('.')[0] ?? ''],
    ...(path.length === 0 ? {} : { params: z.strictObject(Object.fromEntries(path)) }),
    ...(isEmpty ? {} : { [hasBody ? 'body' : 'querystring']: z.strictObject(others) }),
    response: { 200: result, default: errorBody },
  };
}
