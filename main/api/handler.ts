import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import { timelineRequestSchema } from '../contract/timeline.ts';
import { toErrorInfo, UserError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { folderResources } from '../core/resource-store.ts';
import type { ApiContext } from './context.ts';
import { arrayResponse } from './http/array-bytes.ts';
import { eventStreamResponse } from './http/event-stream.ts';
import { runReportResponse, stationReportResponse } from './http/reports.ts';
import { setSecurityHeaders } from './http/security-headers.ts';
import { fileResponse, findStaticFile, safeSegments } from './http/static-files.ts';
import { stationFramesResponse } from './http/station-frames.ts';
import { stationReportsResponse } from './http/station-reports.ts';
import { uploadResponse } from './http/upload.ts';
import { appRouter } from './router.ts';
import { timelineBundle } from './services/timeline.ts';

export interface HandlerOptions {
  readonly context: ApiContext;
  readonly logger: Logger;
  /** Folder of the built page. */
  readonly renderer: string;
  /** Folder of the bundled read-only data (meshes, anatomy), served under /resources. */
  readonly resources: string;
  /** Where uploads go; null where the page reads the disk itself and nothing is uploaded. */
  readonly staging: string | null;
}

export type Handle = (request: Request) => Promise<Response>;

/**
 * The one way in, for both shells and for tests: page, API, array bytes, events, uploads. Knows nothing of who may
 * call it: that is the shell's matter, decided before a request comes here.
 */
export function createHandler(options: HandlerOptions): Handle {
  const { context, logger } = options;
  const app = new Hono();

  app.use(async (c, next) => {
    await next();
    setSecurityHeaders(c.res.headers);
  });
  app.all('/api/*', (c) =>
    fetchRequestHandler({
      endpoint: '/api',
      req: c.req.raw,
      router: appRouter,
      createContext: () => context,
      allowMethodOverride: true,
      onError: ({ error, path }) => {
        if (!(error.cause instanceof UserError)) logger.error('a procedure failed', { path, error });
      },
    }),
  );
  app.get('/array/:id', (c) =>
    arrayResponse(
      context.workspace.require().project.arrays,
      c.req.param('id'),
      c.req.query('region') ?? null,
      c.req.raw,
    ),
  );
  app.post('/timeline', async (c) => {
    const request = timelineRequestSchema.parse(await c.req.json());
    const bundle = timelineBundle(context.workspace.require().project, request);
    return c.body(bundle, 200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
  });
  app.get('/station/frames', () => stationFramesResponse(context.station.require()));
  app.post('/station/reports', (c) => stationReportsResponse(context.station.require(), c.req.raw));
  app.get('/station/report', (c) =>
    stationReportResponse(context.station.require(), context.version, {
      query: c.req.query(),
      signal: c.req.raw.signal,
    }),
  );
  app.get('/report/:run', (c) =>
    runReportResponse(
      context.workspace.require().project,
      c.req.param('run'),
      folderResources(options.resources),
      { query: c.req.query(), signal: c.req.raw.signal },
    ),
  );
  app.get('/events', (c) => eventStreamResponse(context.events, context.version, c.req.raw.signal));
  app.get('/resources/*', async (c) => {
    const file = await findStaticFile(options.resources, rawPath(c.req.raw).slice('/resources'.length));
    return file === null ? c.notFound() : fileResponse(file, c.req.raw, false);
  });
  if (options.staging !== null) {
    const staging = options.staging;
    app.put('/upload/*', (c) =>
      uploadResponse(staging, rawPath(c.req.raw).slice('/upload'.length), c.req.raw),
    );
  }
  app.get('*', async (c) => {
    const path = rawPath(c.req.raw);
    const file = await findStaticFile(options.renderer, isPageRoute(path) ? '/index.html' : path);
    return file === null ? c.notFound() : fileResponse(file, c.req.raw, path.startsWith('/assets/'));
  });
  app.onError((thrown, c) => {
    if (!(thrown instanceof UserError)) logger.error('a request failed', { path: c.req.path, error: thrown });
    const status = thrown instanceof UserError ? (thrown.code === 'array.unknown' ? 404 : 400) : 500;
    return c.json({ info: toErrorInfo(thrown) }, status);
  });

  return async (request) => app.fetch(request);
}

/** The path as it was sent: every file route decodes it once, by itself, and judges what comes out. */
function rawPath(request: Request): string {
  return new URL(request.url).pathname;
}

/** Paths without a dot are the page's own routes, which all begin with the same document. */
function isPageRoute(path: string): boolean {
  const segments = safeSegments(path);
  return segments !== null && !segments.some((segment) => segment.includes('.'));
}
