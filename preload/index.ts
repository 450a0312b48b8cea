import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { NativeDialogs } from '../main/contract/native.ts';

/** Native dialogs for the page. Everything else goes through the one handler; this file never grows. */
const dialogs: NativeDialogs = {
  ask: (request) => ipcRenderer.invoke('native-dialog', request),
  pathOf: (file) => webUtils.getPathForFile(file),
};

contextBridge.exposeInMainWorld('gyrusNative', dialogs);
