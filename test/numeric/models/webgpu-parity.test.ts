import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlacementSummary } from '../../../main/runtime/node-placement.ts';
import { softwareGpu } from '../../software-gpu.ts';

interface Steps {
  readonly losses: readonly number[];
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  /** Where the training steps ran to the end. */
  readonly used: string;
}

interface HalfSteps extends Steps {
  readonly notice: { readonly message: string } | null;
  readonly step: number;
  /** Loss scale after the steps. */
  readonly scale: number;
}

interface Trained extends Steps {
  readonly notice: { readonly message: string } | null;
  readonly placement: PlacementSummary;
  readonly logits: readonly number[];
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  /** Six steps, three to a run. */
  readonly joined: Steps;
  /** Three steps with products in float16, begun at a loss scale of 2³⁰. */
  readonly half: HalfSteps;
}

/** Largest difference allowed, relative where values are above 1: float32 sums in another order, and ten steps of that. */
const TOLERANCE = 1e-5;
/** The same for products in float16, whose numbers have 11 binary digits: losses, and weights after three steps of 0.01. */
const HALF_TOLERANCE = { loss: 5e-3, weight: 2e-2 };

const environment = softwareGpu();
if (environment === null) {
  console.warn(
    '\n*** SKIPPED: WebGPU is NOT tested here. No Chromium or Electron with SwiftShader (vk_swiftshader_icd.json, libvulkan.so.1) was found. ***\n',
  );
}

/** Largest difference, relative to the largest value of the reference where that is above 1. */
function difference(ours: readonly number[], reference: readonly number[]): number {
  expect(ours).toHaveLength(reference.length);
  const size = Math.max(1, ...reference.map(Math.abs));
  return Math.max(...ours.map((value, at) => Math.abs(value - reference[at]))) / size;
}

describe.skipIf(environment === null)('WebGPU (software GPU) against the processor', () => {
  let cpu: Trained;
  let webgpu: Trained;
  beforeAll(async () => {
    const child = join(import.meta.dirname, 'webgpu-child.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [child], {
      env: { ...process.env, ...environment },
      maxBuffer: 1 << 26,
    });
    ({ cpu, webgpu } = JSON.parse(stdout));
    // A graphics card made of software takes its time where the processor has other work.
  }, 600_000);

  it('really runs on WebGPU: all heavy operators, and what fell back is told', () => {
    expect(webgpu.notice).toBeNull();
    expect(webgpu.placement.onDevice).toBeGreaterThan(200);
    for (const op of ['Gemm', 'MatMul', 'Softmax', 'LayerNormalization', 'Gelu', 'Mul'])
      expect(webgpu.placement.fellBack).not.toHaveProperty(op);
    // That of the token numbers, which are integers.
    expect(webgpu.placement.fellBack.Transpose).toBe(1);
    console.info('webgpu:', webgpu.placement);
    expect(cpu.placement.onProcessor).toBe(0);
  });

  it('gives the same scores', () => {
    expect(difference(webgpu.logits, cpu.logits)).toBeLessThanOrEqual(TOLERANCE);
  });

  it('gives the same gradient of every parameter', () => {
    const names = Object.keys(cpu.gradients);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      expect(difference(webgpu.gradients[name], cpu.gradients[name]), name).toBeLessThanOrEqual(TOLERANCE);
      expect(Math.max(...cpu.gradients[name].map(Math.abs)), name).toBeGreaterThan(0);
    }
  });

  it('takes the same ten steps', () => {
    expect(cpu.losses[9]).toBeLessThan(cpu.losses[0]);
    expectSame(webgpu, cpu);
  });

  it('takes several steps in one run, the same as the processor does', () => {
    expect(cpu.joined.losses).toHaveLength(6);
    expect(cpu.joined.losses[5]).toBeLessThan(cpu.joined.losses[0]);
    expectSame(webgpu.joined, cpu.joined);
  });

  it('trains in float16: overflow skips the step and halves the scale; or says that this device has no float16', () => {
    const { half } = webgpu;
    if (half.used === 'cpu') {
      console.warn(
        `\n*** NOT TESTED: float16 on WebGPU. This device has no shader-f16: ${half.notice?.message} ***\n`,
      );
      expect(half.notice?.message).toMatch(/f16/);
      return;
    }
    expect(half.step).toBe(3);
    expect(half.scale).toBeLessThan(2 ** 30);
    expect(Math.log2(half.scale) % 1).toBe(0);
    expect(difference(half.losses, cpu.half.losses)).toBeLessThanOrEqual(HALF_TOLERANCE.loss);
    for (const [name, values] of Object.entries(half.parameters))
      expect(
        difference(withoutKeyBias(name, values), withoutKeyBias(name, cpu.half.parameters[name])),
        name,
      ).toBeLessThanOrEqual(HALF_TOLERANCE.weight);
  });
});

function expectSame(ours: Steps, reference: Steps): void {
  expect(ours.used).toBe('webgpu');
  expect(difference(ours.losses, reference.losses)).toBeLessThanOrEqual(TOLERANCE);
  for (const [name, values] of Object.entries(reference.parameters))
    expect(
      difference(withoutKeyBias(name, ours.parameters[name]), withoutKeyBias(name, values)),
      name,
    ).toBeLessThanOrEqual(TOLERANCE);
}

/**
 * A bias of attention's keys shifts all scores of a query alike, which softmax does not see: its gradient is zero but for
 * rounding, which Adam blows up to full steps. What it is after training means nothing, on any device.
 */
function withoutKeyBias(name: string, values: readonly number[]): readonly number[] {
  const third = values.length / 3;
  return name.endsWith('attn.c_attn.bias') ? values.filter((_, at) => Math.floor(at / third) !== 1) : values;
}
