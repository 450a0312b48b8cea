import { ActionIcon, Tooltip } from '@mantine/core';
import { IconHelp, IconLanguage, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { openCommandPalette } from './command-palette.tsx';
import { nouns } from './nouns.ts';
import classes from './shell.module.css';
import type { Appearance } from './use-appearance.ts';

/** The nouns, and at its foot what belongs to the window itself. */
export function Rail({ appearance, onHelp }: { appearance: Appearance; onHelp: () => void }) {
  const { t } = useTranslation();
  const ThemeIcon = appearance.theme === 'dark' ? IconSun : IconMoon;
  const tools = [
    { id: 'search', icon: IconSearch, label: t('app:rail.search'), run: openCommandPalette },
    { id: 'language', icon: IconLanguage, label: t('app:rail.language'), run: appearance.toggleLanguage },
    {
      id: 'theme',
      icon: ThemeIcon,
      label: t(appearance.theme === 'dark' ? 'app:rail.toLight' : 'app:rail.toDark'),
      run: appearance.toggleTheme,
    },
    { id: 'help', icon: IconHelp, label: t('app:rail.help'), run: onHelp },
  ];
  return (
    <nav className={classes.rail} aria-label={t('app:rail.label')}>
      {nouns.map((noun) => (
        <Link key={noun.name} to={noun.path} className={classes.noun} data-testid={`rail-${noun.name}`}>
          <noun.icon size={20} stroke={1.5} aria-hidden />
          {t(`app:nouns.${noun.name}`)}
        </Link>
      ))}
      <div className={classes.foot}>
        {tools.map((tool) => (
          <Tooltip key={tool.id} label={tool.label} position="right">
            <ActionIcon aria-label={tool.label} onClick={tool.run} data-testid={`rail-${tool.id}`}>
              <tool.icon size={17} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        ))}
      </div>
    </nav>
  );
}
