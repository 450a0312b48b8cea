import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../api/client.ts';
import { JobsTray } from '../features/jobs/jobs-tray.tsx';
import { CommandPalette, openCommandPalette } from './command-palette.tsx';
import { DropZone } from './drop/drop-zone.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { nouns } from './nouns.ts';
import { Rail } from './rail.tsx';
import classes from './shell.module.css';
import { useAppearance } from './use-appearance.ts';
import { useEventStream } from './use-event-stream.ts';
import { useKeys } from './use-keys.ts';

/** The window: rail, page, jobs tray; and what is reached by key from everywhere. */
export function Shell() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const connected = useEventStream();
  const appearance = useAppearance();
  const [helpOpen, setHelpOpen] = useState(false);
  const [trayOpen, setTrayOpen] = useState(false);
  const project = useQuery(trpc.project.current.queryOptions());

  useKeys({
    '?': () => setHelpOpen(true),
    t: appearance.toggleTheme,
    l: appearance.toggleLanguage,
    b: () => setTrayOpen((open) => !open),
    'mod+k': openCommandPalette,
    ...Object.fromEntries(nouns.map((noun) => [`g ${noun.key}`, () => void navigate({ to: noun.path })])),
  });

  return (
    <div className={classes.shell}>
      <Rail appearance={appearance} onHelp={() => setHelpOpen(true)} />
      <div className={classes.content}>
        <div>
          {!connected && (
            <div className={classes.offline} role="status">
              {t('app:notConnected')}
            </div>
          )}
        </div>
        <Outlet />
      </div>
      <div className={classes.tray}>
        <JobsTray
          open={trayOpen}
          onToggle={() => setTrayOpen((open) => !open)}
          projectName={project.data?.name ?? null}
        />
      </div>
      <DropZone />
      <KeyboardHelp opened={helpOpen} onClose={() => setHelpOpen(false)} />
      <CommandPalette appearance={appearance} onHelp={() => setHelpOpen(true)} />
    </div>
  );
}
