import '@mantine/core/styles.css';
import '@mantine/spotlight/styles.css';
import '../styles/global.css';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient, trpc } from '../api/client.ts';
import { resolveLanguage, startI18n } from '../i18n/i18n.ts';
import { AppProviders } from './providers.tsx';
import { router } from './router.tsx';

/** Language and theme are known before the first paint, so that nothing flashes. */
async function start(): Promise<void> {
  const settings = await queryClient.fetchQuery(trpc.settings.read.queryOptions()).catch(() => null);
  await startI18n(resolveLanguage(settings?.language ?? 'auto'));
  const container = document.getElementById('root');
  if (container === null) return;
  createRoot(container).render(
    <StrictMode>
      <AppProviders initialTheme={settings?.theme ?? 'auto'}>
        <RouterProvider router={router} />
      </AppProviders>
    </StrictMode>,
  );
}

void start();
