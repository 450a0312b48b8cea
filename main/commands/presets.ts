import { join } from 'node:path';
import type { Command } from 'commander';
import { openSettingsFile, type SettingsFile } from '../api/services/settings-file.ts';
import type { Preset, PresetKind } from '../contract/presets.ts';
import { UserError } from '../core/errors.ts';
import type { CommandDeps } from './command.ts';
import { textTable } from './text-table.ts';

/** `gyrus presets`: what import choices are remembered on this machine. */
export function register(program: Command, deps: CommandDeps): void {
  const presets = program
    .command('presets')
    .description('import choices remembered under a name, for “gyrus import … --preset NAME”');
  presets
    .command('list')
    .description('all of them')
    .option('--json', 'print one JSON object')
    .action(({ json }: { json?: boolean }) => {
      const all = settingsOf(deps).read().presets;
      deps.out(
        json
          ? `${JSON.stringify(all)}\n`
          : textTable([
              ['name', 'import', 'layout'],
              ...all.map(({ name, kind, layout }) => [name, kind, layout.slice(0, 60)]),
            ]),
      );
    });
  presets
    .command('rename')
    .description('give one another name')
    .argument('<name>')
    .argument('<new-name>')
    .action((name: string, next: string) => change(deps, name, (one) => ({ ...one, name: next })));
  presets
    .command('delete')
    .description('forget one')
    .argument('<name>')
    .action((name: string) => change(deps, name, () => null));
}

/** The preset of that name for one import. @throws UserError `preset.unknown` naming those there are */
export function presetNamed({ paths }: CommandDeps, kind: PresetKind, name: string): Preset {
  const own = settingsAt(paths.userData)
    .read()
    .presets.filter((preset) => preset.kind === kind);
  const found = own.find((preset) => preset.name === name);
  if (found !== undefined) return found;
  throw unknown(name, own);
}

function change(deps: CommandDeps, name: string, to: (preset: Preset) => Preset | null): void {
  const settings = settingsOf(deps);
  const all = settings.read().presets;
  if (!all.some((preset) => preset.name === name)) throw unknown(name, all);
  settings.change({
    presets: all.flatMap((preset) => (preset.name === name ? (to(preset) ?? []) : [preset])),
  });
}

function unknown(name: string, presets: readonly Preset[]): UserError {
  const found = presets.map((preset) => preset.name).join(', ') || 'none';
  return new UserError('preset.unknown', `There is no preset "${name}" for this (there are: ${found}).`, {
    name,
    found,
  });
}

const settingsOf = ({ paths }: CommandDeps): SettingsFile => settingsAt(paths.userData);

function settingsAt(userData: string): SettingsFile {
  return openSettingsFile(join(userData, 'settings.json'));
}
