import { spawn } from 'node:child_process';

/** The system's own way to open an address, as a command and its arguments. */
export function openCommand(platform: NodeJS.Platform, url: string): readonly [string, readonly string[]] {
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', url]];
  if (platform === 'darwin') return ['open', [url]];
  return ['xdg-open', [url]];
}

/** Opens the default browser; resolves false where the machine has none, which is no fault on a headless box. */
export function openBrowser(url: string): Promise<boolean> {
  const [command, args] = openCommand(process.platform, url);
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
    child.unref();
  });
}
