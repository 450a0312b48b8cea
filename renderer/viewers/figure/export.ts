import { withResolution } from './png.ts';

/** Dots per inch of exported pictures; a CSS pixel is 1/96 inch, so a figure prints at its size on screen. */
export const exportDpi = 300;
export const exportScale = exportDpi / 96;

/** A canvas as PNG bytes that say their resolution: `scale` canvas pixels per CSS pixel. */
export async function canvasPng(canvas: HTMLCanvasElement, scale: number): Promise<Uint8Array<ArrayBuffer>> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser could not encode the picture.');
  return withResolution(new Uint8Array(await blob.arrayBuffer()), scale * 96);
}

/** Gives bytes or text to the reader as a file. */
export function saveFile(name: string, content: Uint8Array<ArrayBuffer> | string, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has taken hold of the blob by the next turns of the event loop.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Puts a picture on the clipboard. */
export async function copyPicture(png: Uint8Array<ArrayBuffer>): Promise<void> {
  await navigator.clipboard.write([
    new ClipboardItem({ 'image/png': new Blob([png], { type: 'image/png' }) }),
  ]);
}

/** A title as a file name: letters and digits of any script kept, the rest one hyphen. */
export function fileStem(title: string): string {
  return (
    title
      .replaceAll(/[^\p{L}\p{N}.]+/gu, '-')
      .replaceAll(/^-+|-+$/g, '')
      .toLowerCase() || 'figure'
  );
}
