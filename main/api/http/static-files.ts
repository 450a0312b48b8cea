import { open, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const pieceBytes = 256 * 1024;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * The file under `root` that a URL path names, or null: for what is not there, for folders, and for everything that
 * would lead outside, be it by dots (plain or encoded), by a drive or by a symbolic link.
 */
export async function findStaticFile(root: string, urlPath: string): Promise<string | null> {
  const segments = safeSegments(urlPath);
  if (segments === null) return null;
  try {
    const [realRoot, file] = await Promise.all([realpath(root), realpath(join(root, ...segments))]);
    return file.startsWith(realRoot + sep) && (await stat(file)).isFile() ? file : null;
  } catch {
    return null;
  }
}

/** Decoded once, as a server must; what still holds an escape after that is only an odd file name. */
export function safeSegments(urlPath: string): string[] | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  const segments = decoded.split('/').filter((segment) => segment !== '');
  // Hidden names take "." and ".." with them; a colon is a drive or a stream on Windows.
  const unsafe = (segment: string) => segment.startsWith('.') || /[\\:\0]/.test(segment);
  return segments.some(unsafe) ? null : segments;
}

/**
 * Answers with a file. Names that carry a content hash (the page's assets) may be kept for good; all else is asked
 * for again and answered with 304 while it has not changed.
 */
export async function fileResponse(file: string, request: Request, immutable: boolean): Promise<Response> {
  const { size, mtimeMs } = await stat(file);
  const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
  const headers = new Headers({
    'content-type': contentTypes[extname(file).toLowerCase()] ?? 'application/octet-stream',
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag,
  });
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  headers.set('content-length', String(size));
  if (request.method === 'HEAD') return new Response(null, { headers });
  return new Response(await streamFile(file), { headers });
}

async function streamFile(file: string): Promise<ReadableStream<Uint8Array>> {
  const handle = await open(file);
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(pieceBytes), 0, pieceBytes);
      if (bytesRead > 0) {
        controller.enqueue(buffer.subarray(0, bytesRead));
      } else {
        await handle.close();
        controller.close();
      }
    },
    cancel: () => handle.close(),
  });
}
