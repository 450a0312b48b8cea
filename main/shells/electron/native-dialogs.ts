import { nativeRequestSchema } from '../../contract/native.ts';
import type { ElectronApi } from './electron-api.ts';
import { maySend } from './navigation.ts';

/** Answers the preload's one channel. Refuses senders other than the page, and requests of any other shape. */
export function serveNativeDialogs({ ipcMain, dialog }: Pick<ElectronApi, 'ipcMain' | 'dialog'>): void {
  ipcMain.handle('native-dialog', async (event, message) => {
    if (!maySend(event.senderFrame?.url)) throw new Error('Only the page may ask for dialogs.');
    const request = nativeRequestSchema.parse(message);
    switch (request.kind) {
      case 'open-files': {
        const { title, filters, multiple } = request;
        const properties: ('openFile' | 'multiSelections')[] = multiple
          ? ['openFile', 'multiSelections']
          : ['openFile'];
        return (await dialog.showOpenDialog({ title, filters, properties })).filePaths;
      }
      case 'open-folder': {
        const properties: ('openDirectory' | 'createDirectory')[] = ['openDirectory', 'createDirectory'];
        return (await dialog.showOpenDialog({ title: request.title, properties })).filePaths;
      }
      case 'save-file': {
        const { title, filters, suggestedName } = request;
        const { canceled, filePath } = await dialog.showSaveDialog({
          title,
          filters,
          defaultPath: suggestedName,
        });
        return canceled ? [] : [filePath];
      }
    }
  });
}
