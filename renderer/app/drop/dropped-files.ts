import { nativeDialogs } from '../../api/native.ts';
import { type UploadItem, uploadFiles } from '../../api/upload.ts';

/** What lies in a drop: paths in the desktop window, files to upload in a browser. */
export type Dropped =
  | { readonly kind: 'paths'; readonly paths: string[] }
  | { readonly kind: 'files'; readonly read: () => Promise<UploadItem[]> };

/** Whether something dragged over the window holds files (and not, say, text). */
export function hasFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

/** Takes files and folders out of a drop. Call it inside the event: the transfer is empty afterwards. */
export function takeDropped(transfer: DataTransfer): Dropped {
  const native = nativeDialogs();
  if (native !== null)
    return { kind: 'paths', paths: [...transfer.files].map((file) => native.pathOf(file)) };
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  const entries = items.map((item) => item.webkitGetAsEntry());
  const files = items.map((item) => item.getAsFile());
  return {
    kind: 'files',
    read: async () => {
      const found: UploadItem[] = [];
      for (const [index, entry] of entries.entries()) {
        const file = files[index];
        if (entry !== null) await collect(entry, '', found);
        else if (file) found.push({ name: file.name, file });
      }
      return found;
    },
  };
}

/** Uploads files and says where the dropped files and folders themselves lie: a folder once, not file by file. */
export async function uploadDropped(
  items: readonly UploadItem[],
  onProgress: (sent: number, total: number) => void,
  signal: AbortSignal,
): Promise<string[]> {
  const paths = await uploadFiles(items, onProgress, signal);
  const tops = paths.map((path, index) => {
    const name = items[index]?.name ?? '';
    const slash = name.indexOf('/');
    return slash < 0 ? path : path.slice(0, path.length - (name.length - slash));
  });
  return [...new Set(tops)];
}

/** Hidden files (".DS_Store", ".git") are left where they are. */
async function collect(entry: FileSystemEntry, folder: string, found: UploadItem[]): Promise<void> {
  if (entry.name.startsWith('.')) return;
  const name = `${folder}${entry.name}`;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ name, file });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    // A reader gives a hundred entries at a time, and none at the end.
    for (;;) {
      const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (batch.length === 0) return;
      for (const inner of batch) await collect(inner, `${name}/`, found);
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
