import { type RequestHandler, Router } from 'express';
import { type Html, html } from './html';
import type { OpenApiDocument } from './openapi';
import { addRoute } from './routes';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
h2 code { font-size: 1.0625rem; }
section { border-top: 1px solid #8886; padding: .5rem 0; }
pre { overflow: auto; padding: .75rem; background: #8882; font-size: .875rem; }
table { border-collapse: collapse; } td, th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
`;

interface OperationObject {
  summary?: string;
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema?: { description?: string };
  }[];
  requestBody?: { content: Record<string, { schema: unknown }> };
  responses: Record<string, { description: string }>;
}

/** `/openapi.json` and a page that reads it out: no script, nothing from elsewhere. */
export function docsRoutes(document: OpenApiDocument): Router {
  const router = Router();
  const page = docsPage(document);
  const send =
    (type: string, text: string): RequestHandler =>
    (_request, response) =>
      void response.type(type).send(text);
  addRoute(router, '/openapi.json', { get: [(_request, response) => void response.json(document)] });
  addRoute(router, '/docs', { get: [send('html', page)] });
  addRoute(router, '/docs/docs.css', { get: [send('text/css', STYLE)] });
  return router;
}

function docsPage({ info, paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) =>
      operationSection(method, path, operation as OperationObject),
    ),
  );
  const schemas = Object.entries(components?.schemas ?? {}).map(
    ([name, schema]) =>
      html`<section id="schema-${name}">
        <h3>${name}</h3>
        <pre>${JSON.stringify(schema, null, 2)}</pre>
      </section>`,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title} API</title>
        <link rel="stylesheet" href="/docs/docs.css" />
      </head>
      <body>
        <main>
          <h1>${info.title} API</h1>
          <p>${info.description ?? ''}</p>
          <p>
            For machines: <a href="/openapi.json">OpenAPI 3.1</a>. Every call needs
            <code>Authorization: Bearer &lt;key&gt;</code>.
          </p>
          ${operations}
          <h2>Schemas</h2>
          ${schemas}
        </main>
      </body>
    </html> `.text;
}

function operationSection(method: string, path: string, operation: OperationObject): Html {
  const parameters = (operation.parameters ?? []).map(
    ({ name, in: where, required, description, schema }) =>
      html`<tr>
        <td><code>${name}</code></td>
        <td>${where}</td>
        <td>${required ? 'required' : 'optional'}</td>
        <td>${description ?? schema?.description ?? ''}</td>
      </tr>`,
  );
  const body = operation.requestBody?.content['application/json']?.schema;
  const answers = Object.entries(operation.responses).map(
    ([status, { description }]) =>
      html`<tr>
        <td>${status}</td>
        <td>${description}</td>
      </tr>`,
  );
  return html`<section>
    <h2><code>${method.toUpperCase()} ${path}</code></h2>
    <p>${operation.summary ?? ''}</p>
    ${
      parameters.length > 0
        ? html`<table>
            ${parameters}
          </table>`
        : null
    }
    ${
      body
        ? html`<p>Body</p>
            <pre>${JSON.stringify(body, null, 2)}</pre>`
        : null
    }
    <table>
      ${answers}
    </table>
  </section> `;
}
