import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Settings } from '../../main/contract/settings.ts';
import { queryClient } from '../api/client.ts';
import { cssVariables, theme } from '../styles/theme.ts';
import { createMemorySchemeManager } from './scheme-manager.ts';

const schemeManager = createMemorySchemeManager();

/** Theme, query cache and dialogs around the whole page. */
export function AppProviders({
  initialTheme,
  children,
}: {
  initialTheme: Settings['theme'];
  children: ReactNode;
}) {
  return (
    <QueryClientProvider client={queryClient}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        colorSchemeManager={schemeManager}
        defaultColorScheme={initialTheme}
      >
        {children}
      </MantineProvider>
    </QueryClientProvider>
  );
}
