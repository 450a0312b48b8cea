import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api/client.ts';
import { changeLanguage, resolveLanguage } from '../i18n/i18n.ts';

export interface Appearance {
  readonly theme: 'light' | 'dark';
  readonly toggleTheme: () => void;
  readonly toggleLanguage: () => void;
}

/** Theme and language follow the settings; a toggle changes the settings. */
export function useAppearance(): Appearance {
  const client = useQueryClient();
  const { i18n } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const theme = useComputedColorScheme('dark', { getInitialValueInEffect: false });
  const settings = useQuery(trpc.settings.read.queryOptions()).data;
  const change = useMutation(
    trpc.settings.change.mutationOptions({
      onSuccess: (changed) => client.setQueryData(trpc.settings.read.queryKey(), changed),
    }),
  );

  useEffect(() => {
    if (settings !== undefined) setColorScheme(settings.theme);
  }, [settings, setColorScheme]);
  useEffect(() => {
    if (settings !== undefined) void changeLanguage(resolveLanguage(settings.language));
  }, [settings]);

  return {
    theme,
    toggleTheme: () => change.mutate({ theme: theme === 'dark' ? 'light' : 'dark' }),
    toggleLanguage: () => change.mutate({ language: i18n.language === 'zh' ? 'en' : 'zh' }),
  };
}
