import './no-telemetry.ts';
import { env, listSupportedBackends } from 'onnxruntime-node';

/** Where a session can compute. */
export type ProviderName = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';
/** 'auto' is the provider that was measured to be the fastest on this machine (tensor/devices.ts). */
export type DeviceChoice = ProviderName | 'auto';

const names: readonly ProviderName[] = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'];

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

/** The providers that could be tried on this machine, the processor first. */
export function providersToTry(available: readonly ProviderInfo[] = listProviders()): ProviderName[] {
  return names.filter((name) => name === 'cpu' || available.some((provider) => provider.name === name));
}

/** Version of ONNX Runtime, which is part of what a measurement is good for. */
export function runtimeVersion(): string {
  return env.versions.node ?? env.versions.common;
}
