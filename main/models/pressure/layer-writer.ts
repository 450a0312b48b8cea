import type { ValueName } from '../../graph/graph-builder.ts';
import { type AttributeInput, float } from '../../graph/onnx/attributes.ts';
import type { TypedGraph } from '../../graph/typed-graph.ts';
import type { TrainingState } from '../training/trainer.ts';
import type { ParameterSpec } from '../training/training-graph.ts';

/** Guards the division by a deviation of zero. */
const EPSILON = 1e-5;

export interface ConvolutionOptions {
  readonly kernel: number;
  readonly stride?: number;
  readonly dilation?: number;
  readonly padding?: number;
  /** True: one kernel per channel. */
  readonly depthwise?: boolean;
  readonly bias?: boolean;
}

/**
 * Writes convolutional layers into a graph and lists the parameters they use. With `weights` the parameters are held
 * in the graph, as a finished model has them; without, they are inputs, as training wants them.
 */
export class LayerWriter {
  readonly graph: TypedGraph;
  readonly parameters: ParameterSpec[] = [];
  private readonly weights: TrainingState | undefined;

  constructor(graph: TypedGraph, weights?: TrainingState) {
    this.graph = graph;
    this.weights = weights;
  }

  /** Declares a parameter. @throws Error where weights are given and lack it */
  parameter(name: string, dims: readonly number[], decayed: boolean): ValueName {
    const known = this.parameters.find((one) => one.name === name);
    if (known !== undefined) return name;
    this.parameters.push({ name, dims, decayed });
    if (this.weights === undefined) return this.graph.input(name, 'float32', dims);
    const values = this.weights[name];
    if (values === undefined) throw new Error(`the model has no weights for ${name}`);
    return this.graph.constant('float32', dims, values, name);
  }

  /** Channels of an image value [batch, channels, rows, cols]. */
  channels(x: ValueName): number {
    return Number(this.graph.typeOf(x).dims[1]);
  }

  /** Convolution that keeps the image's size at stride 1, unless `padding` says otherwise. */
  convolution(x: ValueName, name: string, out: number, options: ConvolutionOptions): ValueName {
    const { kernel, stride = 1, dilation = 1, depthwise = false, bias = false } = options;
    const padding = options.padding ?? ((kernel - 1) * dilation) / 2;
    const channels = this.channels(x);
    const perGroup = depthwise ? 1 : channels;
    const inputs = [x, this.parameter(`${name}.weight`, [out, perGroup, kernel, kernel], true)];
    if (bias) inputs.push(this.parameter(`${name}.bias`, [out], false));
    const attributes: Record<string, AttributeInput> = {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      dilations: [dilation, dilation],
      pads: [padding, padding, padding, padding],
      group: depthwise ? channels : 1,
    };
    return this.graph.node('Conv', inputs, attributes);
  }

  /** Transposed convolution, 2 × 2 with stride 2: doubles rows and columns. */
  enlarge(x: ValueName, name: string, out: number): ValueName {
    const weight = this.parameter(`${name}.weight`, [this.channels(x), out, 2, 2], true);
    return this.graph.node('ConvTranspose', [x, weight], { kernel_shape: [2, 2], strides: [2, 2] });
  }

  /**
   * Normalises every channel of every image over its cells, then scales and shifts. The paper normalises over the
   * batch without running statistics, which makes a frame's keypoints depend on the frames beside it; for one frame
   * at a time both are the same, and so is the number of parameters.
   */
  normalise(x: ValueName, name: string): ValueName {
    const channels = this.channels(x);
    const weight = this.parameter(`${name}.weight`, [channels], false);
    const bias = this.parameter(`${name}.bias`, [channels], false);
    return this.graph.node('InstanceNormalization', [x, weight, bias], { epsilon: float(EPSILON) });
  }

  activate(x: ValueName, kind: 'relu' | 'hard-swish'): ValueName {
    return this.graph.node(kind === 'relu' ? 'Relu' : 'HardSwish', [x]);
  }

  /**
   * Squeeze-and-excitation (Hu et al. 2018): channel means → a quarter → as many again → factors in 0 … 1. Its two
   * normalisations run over channels: over the single cell there is they would leave nothing.
   */
  excite(x: ValueName, name: string): ValueName {
    const { graph } = this;
    const channels = this.channels(x);
    const quarter = Math.floor(channels / 4);
    const pooled = graph.node('GlobalAveragePool', [x]);
    const squeezed = this.convolution(pooled, `${name}.squeeze`, quarter, { kernel: 1 });
    const active = graph.node('Relu', [this.normaliseChannels(squeezed, `${name}.squeeze_norm`)]);
    const widened = this.convolution(active, `${name}.widen`, channels, { kernel: 1 });
    const gate = graph.node('HardSigmoid', [this.normaliseChannels(widened, `${name}.widen_norm`)], {
      alpha: float(1 / 6),
      beta: float(0.5),
    });
    return graph.mul(x, gate);
  }

  private normaliseChannels(x: ValueName, name: string): ValueName {
    const { graph } = this;
    const channels = this.channels(x);
    const weight = this.parameter(`${name}.weight`, [channels], false);
    const bias = this.parameter(`${name}.bias`, [channels], false);
    const [normalised] = graph.nodeN(
      'LayerNormalization',
      [graph.reshape(x, [-1, channels]), weight, bias],
      ['', '', ''],
      { axis: -1, epsilon: float(EPSILON) },
    );
    return graph.reshape(normalised, [-1, channels, 1, 1]);
  }

  /** x · kernel + bias for rows [batch, inputs]. */
  dense(x: ValueName, name: string, out: number): ValueName {
    const inputs = Number(this.graph.typeOf(x).dims[1]);
    const weight = this.parameter(`${name}.weight`, [inputs, out], true);
    const bias = this.parameter(`${name}.bias`, [out], false);
    return this.graph.node('Gemm', [x, weight, bias]);
  }
}
