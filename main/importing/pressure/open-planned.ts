import type { PlannedPressure } from '../../contract/modality-import.ts';
import { openPressure } from '../../formats/pressure/open-pressure.ts';
import type { PressureRecording } from '../../formats/pressure/recording.ts';

/** Opens a recording with the layout and columns of its plan; the caller closes it. @throws UserError as `openPressure` */
export function openPlanned({ path, layout, mapping }: PlannedPressure): Promise<PressureRecording> {
  return openPressure(path, {
    ...(layout === null ? {} : { layout }),
    ...(mapping === null ? {} : { mapping }),
  });
}
