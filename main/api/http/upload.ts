import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../core/errors.ts';
import { safeSegments } from './static-files.ts';

/**
 * Takes one file into the staging folder: `PUT /upload/SET/relative/path`. SET is any name the page makes up, so
 * that the files of one folder stay together. Streams to a `.part` file beside it, which becomes the file only when
 * all bytes have come; the page shows progress from its own request.
 *
 * @returns JSON `{ path }`, the absolute path to import from
 * @throws UserError('upload.name') for a path that would leave the folder, 'upload.incomplete' where the connection
 * ended early, 'project.disk-full' where the disk is full
 */
export async function uploadResponse(staging: string, urlPath: string, request: Request): Promise<Response> {
  const segments = safeSegments(urlPath);
  if (segments === null || segments.length < 2 || request.body === null) {
    throw new UserError(
      'upload.name',
      `A file cannot be uploaded as ${urlPath}: rename it without leading dots or colons.`,
      {
        path: urlPath,
      },
    );
  }
  const path = join(staging, ...segments);
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await pipeline(request.body, createWriteStream(part), { signal: request.signal });
    await rename(part, path);
  } catch (thrown) {
    await rm(part, { force: true });
    throw refusal(thrown, path);
  }
  return Response.json({ path });
}

function refusal(thrown: unknown, path: string): UserError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  if (code === 'ENOSPC') {
    return new UserError(
      'project.disk-full',
      `No disk space left while uploading ${path}: make room and upload it again.`,
      {
        path,
      },
    );
  }
  return new UserError(
    'upload.incomplete',
    `The upload of ${path} ended early and was dropped: upload it again.`,
    { path },
  );
}
