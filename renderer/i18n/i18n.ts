import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

const files = import.meta.glob<{ default: Record<string, unknown> }>('./*/*.json', { eager: true });

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** Every namespace is one file per language: `en/data.json` holds the keys `data:…`. */
function resources(): Record<string, Record<string, Record<string, unknown>>> {
  const all: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const [path, file] of Object.entries(files)) {
    const [, language, namespace] = /^\.\/(\w+)\/([\w-]+)\.json$/.exec(path) ?? [];
    if (language === undefined || namespace === undefined) continue;
    all[language] = { ...all[language], [namespace]: file.default };
  }
  return all;
}

/** The language that a setting stands for on this system. */
export function resolveLanguage(setting: 'auto' | Language): Language {
  if (setting !== 'auto') return setting;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Loads the words before the page is drawn. */
export async function startI18n(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: resources(),
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
}

/** Switches all words and the document's language. */
export async function changeLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
