import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';

const smallest = { width: 960, height: 640 };
const usual = { width: 1440, height: 900 };

/** How the one window is made; the same under test as in the product. A kiosk fills the screen and has no frame. */
export function windowOptions(
  preload: string,
  bounds: Rectangle | null,
  kiosk = false,
): BrowserWindowConstructorOptions {
  return {
    ...usual,
    ...bounds,
    ...(kiosk ? { kiosk } : {}),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Gyrus',
    backgroundColor: '#1a1b1e',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  };
}

/**
 * Where the window was last time, or null when that place can no longer be seen: a screen was unplugged, or the
 * file holds something else. At least 100 × 50 pixels of the window's top edge must lie on some screen.
 */
export function reachableBounds(saved: unknown, workAreas: readonly Rectangle[]): Rectangle | null {
  if (!isRectangle(saved)) return null;
  const { x, y, width, height } = saved;
  if (width < smallest.width || height < smallest.height) return null;
  const reachable = workAreas.some((area) => {
    const across = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
    const below = area.y + area.height - y;
    return across >= 100 && y >= area.y && below >= 50;
  });
  return reachable ? { x, y, width, height } : null;
}

function isRectangle(value: unknown): value is Rectangle {
  if (typeof value !== 'object' || value === null) return false;
  return ['x', 'y', 'width', 'height'].every((key) => Number.isInteger(Reflect.get(value, key)));
}
