import { UserError } from '../../core/errors.ts';
import type { ProviderName } from '../../runtime/providers.ts';

/** Says that a device does not compute in float16. */
export function halfRefusal(device: ProviderName): UserError {
  return new UserError(
    'training.half-device',
    `Products of float16 cannot be computed on ${device} here: choose float32, or another device.`,
    { device },
  );
}
