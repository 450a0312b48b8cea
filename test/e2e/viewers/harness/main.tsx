import '@mantine/core/styles.css';
import { MantineProvider } from '@mantine/core';
import i18next from 'i18next';
import { createRoot } from 'react-dom/client';
import { initReactI18next } from 'react-i18next';
import en from '../../../../renderer/i18n/en/viewers.json' with { type: 'json' };
import zh from '../../../../renderer/i18n/zh/viewers.json' with { type: 'json' };
import { Charts } from './charts.tsx';
import { Explorer } from './explorer.tsx';

const query = new URLSearchParams(location.search);
const scheme = query.get('scheme') === 'light' ? 'light' : 'dark';

await i18next.use(initReactI18next).init({
  lng: query.get('language') === 'zh' ? 'zh' : 'en',
  resources: { en: { viewers: en }, zh: { viewers: zh } },
  interpolation: { escapeValue: false },
});
const root = document.getElementById('root');
if (!root) throw new Error('no root');
createRoot(root).render(
  <MantineProvider forceColorScheme={scheme}>
    <h1 hidden>Viewers</h1>
    {query.get('page') === 'charts' ? <Charts /> : <Explorer />}
  </MantineProvider>,
);
