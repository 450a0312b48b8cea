import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Settings, type SettingsPatch, settingsSchema } from '../../contract/settings.ts';

const recentLimit = 12;

/** This person's choices on this machine. */
export interface SettingsFile {
  read(): Settings;
  change(patch: SettingsPatch): Settings;
  /** Puts a project on top of the recent ones. */
  remember(path: string, name: string, openedAt: number): void;
  forget(path: string): void;
}

/** Settings kept as JSON at `path`. A missing or damaged file reads as defaults: settings are never worth a crash. */
export function openSettingsFile(path: string): SettingsFile {
  const read = (): Settings => {
    try {
      return settingsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      return settingsSchema.parse({});
    }
  };
  const write = (settings: Settings): Settings => {
    mkdirSync(dirname(path), { recursive: true });
    const beside = `${path}.new`;
    writeFileSync(beside, `${JSON.stringify(settings, null, 2)}\n`);
    renameSync(beside, path);
    return settings;
  };
  const without = (settings: Settings, project: string) =>
    settings.recentProjects.filter((recent) => recent.path !== project);
  return {
    read,
    change: (patch) => write(settingsSchema.parse({ ...read(), ...patch })),
    remember: (project, name, openedAt) => {
      const settings = read();
      const recentProjects = [{ path: project, name, openedAt }, ...without(settings, project)];
      write({ ...settings, recentProjects: recentProjects.slice(0, recentLimit) });
    },
    forget: (project) => {
      const settings = read();
      write({ ...settings, recentProjects: without(settings, project) });
    },
  };
}
