import './no-telemetry.ts';
import { listSupportedBackends } from 'onnxruntime-node';

/** Where a session can compute. 'auto' takes the first GPU provider that this build has, else the processor. */
export type ProviderName = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';
export type DeviceChoice = ProviderName | 'auto';

/** A provider of this build of ONNX Runtime. */
export interface ProviderInfo {
  readonly name: string;
  /** True where its library is inside the package; the others need files of the maker on the machine. */
  readonly bundled: boolean;
}

/** Providers that this build of ONNX Runtime knows. That one is listed does not say that a device for it is there. */
export function listProviders(): ProviderInfo[] {
  return listSupportedBackends().map(({ name, bundled }) => ({ name, bundled }));
}

const gpuProviders: readonly ProviderName[] = ['cuda', 'webgpu', 'dml', 'coreml'];

/** The provider to try first for a choice. */
export function resolveDevice(
  choice: DeviceChoice,
  available: readonly ProviderInfo[] = listProviders(),
): ProviderName {
  if (choice !== 'auto') return choice;
  const bundled = available.filter((provider) => provider.bundled).map((provider) => provider.name);
  return gpuProviders.find((name) => bundled.includes(name)) ?? 'cpu';
}
