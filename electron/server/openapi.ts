import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorBody } from '../../shared/contract/error-body.ts';
import { conflict, hold } from '../../shared/contract/conflict-shapes.ts';
import { pairInfo, pairStatus } from '../../shared/contract/pair-shapes.ts';
import { brake, receipt, runReport } from '../../shared/contract/run-shapes.ts';
import { wireRecord, wireValue } from '../../shared/contract/values.ts';
import { CONTRACT_VERSION } from '../../shared/contract/schema-hash.ts';

/** Shapes that stand in many answers, and once in the description. */
const shapes = z.registry<{ id: string }>();
for (const [id, shape] of Object.entries({
  Brake: brake,
  Conflict: conflict,
  Error: errorBody,
  Hold: hold,
  Pair: pairInfo,
  Receipt: receipt,
  Record: wireRecord,
  Run: runReport,
  Status: pairStatus,
  Value: wireValue,
}))
  shapes.add(shape, { id });

const config = { schemaRegistry: shapes, zodToJsonConfig: { unrepresentable: 'any' } } as const;

const inComponents = createJsonSchemaTransformObject(config);

interface Described {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly requestBody?: {
    required?: boolean;
    readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
  };
}

/** Content that may lack every field may be left out altogether. */
function withFreeBodies<T>(document: T): T {
  for (const path of Object.values((document as Described).paths ?? {}))
    for (const { requestBody } of Object.values(path)) {
      const schema = requestBody?.content?.['application/json']?.schema;
      if (requestBody && schema && !('required' in schema)) requestBody.required = false;
    }
  return document;
}

/** The only shape that holds itself is any JSON value; it would stand under names that nothing else explains. */
function withJson<T>(document: T): T {
  const text = JSON.stringify(document).replaceAll(
    /"#\/components\/schemas\/schema\d+"/g,
    '"#/components/schemas/Json"',
  );
  const named = JSON.parse(text) as { components: { schemas: Record<string, object> } };
  named.components.schemas['Json'] = { description: 'Any JSON value.' };
  return named as T;
}

/** Describes the routes that are added after it, from the schemas of the contract. */
export async function addOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tandem',
        version: String(CONTRACT_VERSION),
        description: 'The engine of one home. Its version is that of the contract.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: createJsonSchemaTransform(config),
    transformObject: (document) => withJson(withFreeBodies(inComponents(document))),
  });
}

export function addOpenApiRoute(app: FastifyInstance): void {
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
