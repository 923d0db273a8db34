import type { FastifyInstance } from 'fastify';
import { PAGE_POLICY } from './login-page.ts';

/** What the page needs of an operation of OpenAPI. */
interface Operation {
  readonly operationId?: string;
  readonly description?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: unknown;
  readonly responses?: Readonly<Record<string, unknown>>;
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** The description of all routes as a page to read, without any script. */
export function addDocsPage(app: FastifyInstance): void {
  app.get('/api/v1/docs', { schema: { hide: true } }, (_, reply) =>
    reply
      .header('content-security-policy', PAGE_POLICY)
      .type('text/html')
      .send(pageOf((app.swagger().paths ?? {}) as Paths)),
  );
}

const pageOf = (paths: Paths): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tandem: what scripts can ask</title>
<link rel="stylesheet" href="/tandem.css">
<main>
<h1>What scripts can ask</h1>
<p>Each request sends <code>Authorization: Bearer TOKEN</code>. <a href="/api/v1/openapi.json">The same as OpenAPI</a>, with every shape by its name.</p>
${Object.entries(paths)
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, each]) => sectionOf(`${method} ${path}`, each)))
  .join('\n')}
</main>
</html>
`;

function sectionOf(where: string, { description = '', parameters = [], requestBody, responses }: Operation): string {
  const [method = '', path = ''] = where.split(' ');
  const given = parameters.map(
    (each) => `<li><code>${escaped(each.name)}</code> (${each.in}${each.required ? '' : ', may be left out'})</li>`,
  );
  return `<section>
<h2><code>${method.toUpperCase()} ${escaped(path)}</code></h2>
<p>${escaped(description)}</p>
${given.length === 0 ? '' : `<ul>${given.join('')}</ul>`}
${requestBody === undefined ? '' : detailsOf('Content', requestBody)}${detailsOf('Answer', responses?.['200'])}
</section>`;
}

const detailsOf = (title: string, shape: unknown): string =>
  `<details><summary>${title}</summary><pre>${escaped(JSON.stringify(shape, null, 2) ?? '')}</pre></details>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
