/** Sends files to the server one after the other; `onProgress` hears bytes sent so far of all files. */
export async function uploadFiles(
  files: readonly File[],
  onProgress: (sent: number, total: number) => void,
  signal: AbortSignal,
): Promise<string[]> {
  const set = `set-${Date.now().toString(36)}`;
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const paths: string[] = [];
  let before = 0;
  for (const file of files) {
    const name = (file.webkitRelativePath || file.name).split('/').map(encodeURIComponent).join('/');
    paths.push(
      await putFile(`/upload/${set}/${name}`, file, (sent) => onProgress(before + sent, total), signal),
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
