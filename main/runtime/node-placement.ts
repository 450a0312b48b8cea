import { z } from 'zod';
import type { ProviderName } from './providers.ts';

/** One node of a graph, as the runtime ran it. */
export interface NodePlacement {
  /** The node's name in the graph (after the runtime's own merging of nodes). */
  readonly node: string;
  readonly op: string;
  readonly provider: ProviderName;
  /** All runs together. On a GPU this is the time to hand the work over, not to do it. */
  readonly microseconds: number;
}

/** How a graph was shared out between the device that was asked for and the processor. */
export interface PlacementSummary {
  readonly device: ProviderName;
  readonly onDevice: number;
  readonly onProcessor: number;
  /** Operator → how many of its nodes the processor computed; small integer work on shapes is there by intent. */
  readonly fellBack: Readonly<Record<string, number>>;
}

/** Names that ONNX Runtime gives its providers. */
const PROVIDERS: Readonly<Record<string, ProviderName>> = {
  CPUExecutionProvider: 'cpu',
  WebGpuExecutionProvider: 'webgpu',
  CUDAExecutionProvider: 'cuda',
  DmlExecutionProvider: 'dml',
  CoreMLExecutionProvider: 'coreml',
};

const eventSchema = z.object({
  cat: z.literal('Node'),
  name: z.string().endsWith('_kernel_time'),
  dur: z.number(),
  args: z.object({ op_name: z.string(), provider: z.string() }),
});

/** Copies between a device's memory and the processor's, which no graph asked for. */
const COPIES = ['MemcpyFromHost', 'MemcpyToHost'];

/** Reads ONNX Runtime's profile (a JSON list of events): one entry a node, in the order in which they first ran. */
export function parseProfile(text: string): NodePlacement[] {
  const nodes = new Map<string, NodePlacement>();
  for (const event of z.array(z.unknown()).parse(JSON.parse(text))) {
    const parsed = eventSchema.safeParse(event);
    if (!parsed.success) continue;
    const { name, dur, args } = parsed.data;
    const provider = PROVIDERS[args.provider];
    if (provider === undefined || COPIES.includes(args.op_name)) continue;
    const node = name.slice(0, -'_kernel_time'.length);
    const before = nodes.get(node)?.microseconds ?? 0;
    nodes.set(node, { node, op: args.op_name, provider, microseconds: before + dur });
  }
  return [...nodes.values()];
}

/** Counts what ran where. */
export function summarisePlacement(device: ProviderName, nodes: readonly NodePlacement[]): PlacementSummary {
  const elsewhere = nodes.filter((node) => node.provider !== device);
  const fellBack: Record<string, number> = {};
  for (const { op } of elsewhere) fellBack[op] = (fellBack[op] ?? 0) + 1;
  return {
    device,
    onDevice: nodes.length - elsewhere.length,
    onProcessor: elsewhere.length,
    fellBack,
  };
}
