import type { MantineColorSchemeManager } from '@mantine/core';

/** The theme is kept in the settings file, not in the browser: the web shell's port, and with it its storage, changes. */
export function createMemorySchemeManager(): MantineColorSchemeManager {
  return {
    get: (defaultValue) => defaultValue,
    set: () => {},
    subscribe: () => {},
    unsubscribe: () => {},
    clear: () => {},
  };
}
