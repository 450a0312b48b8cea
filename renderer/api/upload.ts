/** A file to send, under a name that may have folders in it. */
export interface UploadItem {
  readonly name: string;
  readonly file: File;
}

/**
 * Sends files to the server one after the other; `onProgress` hears bytes sent so far of all files.
 * @returns where each file lies now, in the order given
 */
export async function uploadFiles(
  items: readonly UploadItem[],
  onProgress: (sent: number, total: number) => void,
  signal: AbortSignal,
): Promise<string[]> {
  const set = `set-${Date.now().toString(36)}`;
  const total = items.reduce((sum, { file }) => sum + file.size, 0);
  const paths: string[] = [];
  let before = 0;
  for (const { name, file } of items) {
    const encoded = name.split('/').map(encodeURIComponent).join('/');
    paths.push(
      await putFile(`/upload/${set}/${encoded}`, file, (sent) => onProgress(before + sent, total), signal),
    );
    before += file.size;
  }
  return paths;
}

/** XMLHttpRequest, as fetch tells nothing of how far an upload has come. */
function putFile(
  url: string,
  file: File,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.responseType = 'json';
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onerror = () => reject(new TypeError('Failed to fetch'));
    request.onabort = () => reject(new DOMException('upload cancelled', 'AbortError'));
    request.onload = () => {
      const body: { path?: string; info?: unknown } = request.response ?? {};
      if (request.status === 200 && body.path !== undefined) resolve(body.path);
      else reject(Object.assign(new Error(request.statusText), { data: body }));
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
