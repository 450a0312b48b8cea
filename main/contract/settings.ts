import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';
import { presetSchema } from './presets.ts';
import { stationProfileSchema } from './station.ts';

/** Choices of this person on this machine; kept in a small JSON file beside no project. */
export const settingsSchema = z.object({
  theme: z.enum(['auto', 'light', 'dark']).default('auto'),
  /** "auto" follows the system's language. */
  language: z.enum(['auto', 'en', 'zh']).default('auto'),
  /** Threads for ONNX Runtime; 0 takes all physical cores. */
  threads: z.number().int().min(0).max(1024).default(0),
  provider: z.enum(['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml']).default('auto'),
  /** Folders that the web shell's file browser may read. */
  allowedFolders: z.array(z.string()).default([]),
  recentProjects: z.array(z.object({ path: z.string(), name: z.string(), openedAt: z.number() })).default([]),
  /** Described devices; `npm start -- --station NAME` opens the one of that name. */
  stations: z.array(stationProfileSchema).default([]),
  /** Import choices under a name. */
  presets: z.array(presetSchema).default([]),
});
export type Settings = z.infer<typeof settingsSchema>;

export const settingsPatchSchema = z.object({
  theme: z.enum(['auto', 'light', 'dark']).optional(),
  language: z.enum(['auto', 'en', 'zh']).optional(),
  threads: z.number().int().min(0).max(1024).optional(),
  provider: z.enum(['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml']).optional(),
  allowedFolders: z.array(z.string()).optional(),
  stations: z.array(stationProfileSchema).optional(),
  presets: z.array(presetSchema).optional(),
});
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;

/** One step of "Check this workstation". `facts` are shown as label and value, labels translated by key. */
export const diagnosisStepSchema = z.object({
  id: z.string(),
  state: z.enum(['passed', 'warning', 'failed']),
  facts: z.array(
    z.object({ key: z.string(), value: z.union([z.string(), z.number()]), unit: z.string().default('') }),
  ),
  problem: errorInfoSchema.nullable(),
  milliseconds: z.number(),
});
export type DiagnosisStep = z.infer<typeof diagnosisStepSchema>;
