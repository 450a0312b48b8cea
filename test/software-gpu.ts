import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Folders of Chromium builds that carry SwiftShader, Google's Vulkan driver in software. */
function folders(): string[] {
  const electron = createRequire(import.meta.url).resolve('electron/package.json');
  const chromium = process.env.GYRUS_CHROMIUM;
  return [
    ...(chromium === undefined ? [] : [dirname(chromium)]),
    '/usr/lib/chromium',
    '/usr/lib64/chromium',
    '/usr/lib/chromium-browser',
    '/opt/google/chrome',
    join(dirname(electron), 'dist'),
  ];
}

/**
 * Environment in which a new process finds a GPU made of software, so that what runs on graphics cards is tested where there
 * is none; null where no Chromium or Electron with the driver is installed (or not on Linux, where it loads differently).
 */
export function softwareGpu(): Record<string, string> | null {
  if (process.platform !== 'linux') return null;
  const folder = folders().find(
    (candidate) =>
      existsSync(join(candidate, 'vk_swiftshader_icd.json')) && existsSync(join(candidate, 'libvulkan.so.1')),
  );
  if (folder === undefined) return null;
  const driver = join(folder, 'vk_swiftshader_icd.json');
  const libraries = [folder, process.env.LD_LIBRARY_PATH].filter((path) => path !== undefined).join(':');
  return { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: libraries };
}
