import type { NativeDialogs } from '../../main/contract/native.ts';

declare global {
  interface Window {
    /** Set by the preload in the desktop window; absent in a browser. */
    readonly gyrusNative?: NativeDialogs;
  }
}

/** The desktop's own dialogs, or null in a browser, where the server-side file browser takes their place. */
export function nativeDialogs(): NativeDialogs | null {
  return window.gyrusNative ?? null;
}
