import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel } from '../../graph/onnx/encode.ts';
import type { OnnxModel } from '../../graph/onnx/onnx-model.ts';
import { MOST_INSIDE, rawBytes, writeOnnxFile } from '../../graph/onnx/write-onnx-file.ts';
import { openSession, type Session, type SessionOptions } from '../../runtime/session.ts';

/**
 * Opens a graph of any size. One message of the format ends at 2 GiB, so larger models go through a temporary file with
 * their weights beside it, which the runtime maps into memory; it is removed when the session is released.
 * @param most bytes of weights that are handed over in memory
 * @throws UserError as `openSession`
 */
export async function openGraph(
  model: OnnxModel,
  options: SessionOptions = {},
  most = MOST_INSIDE,
): Promise<Session> {
  if (rawBytes(model) <= most) return openSession(encodeModel(model), options);
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-model-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'model.onnx');
    await writeOnnxFile(path, model, 'beside');
    const session = await openSession(path, options);
    const release = session.release.bind(session);
    session.release = async () => {
      await release();
      await removeFolder();
    };
    return session;
  } catch (thrown) {
    await removeFolder();
    throw thrown;
  }
}
