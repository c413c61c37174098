/**
 * Plain data types that cross process borders: what a model is, what a data set is, what progress looks like.
 * No behaviour lives here.
 */

/** How a hooked tensor is read: a feature map, a vector, detector maps or proposals, transformer tokens. */
export type HookKind = 'conv' | 'fc' | 'tokens' | 'rpn' | 'roi';

export type Dim = number | string | null;

export interface TensorInfo {
  name: string;
  /** ONNX element type in lower case: float32, float16, uint8, int64, bool ... */
  dtype: string;
  /** null: rank unknown. A string is a symbolic dimension, null inside an unknown one. */
  shape: Dim[] | null;
}

export interface HookPoint {
  /** One tensor, or one per pyramid level for kind rpn. */
  tensors: string[];
  /** Readable path, unique in the model. */
  label: string;
  /** Op type that writes it, and its node name ('' when the node has none). */
  op: string;
  node: string;
  dtype: string;
  /** Shape without guesses: numbers where known, after probing the shape seen for one image. */
  shape: Dim[] | null;
  kind: HookKind;
  /** Number of latent features after the reduction 'fullmean'; null when the shape is not known. */
  features: number | null;
  /** True when a stochastic node lies between the input and this tensor. */
  stochastic: boolean;
  /** Rank of the proposal in a list of good hooks, 1 the best; null when not proposed. */
  recommended: number | null;
  /** Why it is proposed, or why it is a doubtful choice. */
  note: string | null;
}

export interface StochasticNode {
  op: string;
  node: string;
  /** First output tensor. */
  output: string;
  /** Drop probability where the file states one. */
  ratio: number | null;
  /** active: draws at inference; inactive: present but identity; switch: a graph input decides (see switchInput). */
  state: 'active' | 'inactive' | 'switch';
  switchInput: string | null;
}

export interface ModelWarning {
  code: string;
  message: string;
  /** The figures in the message, for those whose text stands in a catalogue (messages/hygiene.ts). */
  values?: Record<string, string | number>;
}

export interface ModelInfo {
  file: string;
  sha256: string;
  bytes: number;
  /** Bytes in external data files, with their names. */
  externalFiles: string[];
  irVersion: number;
  opsets: Record<string, number>;
  producer: string;
  /** Metadata key-value pairs of the file. */
  metadata: Record<string, string>;
  parameters: number;
  ops: Record<string, number>;
  inputs: TensorInfo[];
  outputs: TensorInfo[];
  /** The input that takes the image, or null when it cannot be told. */
  imageInput: string | null;
  /** The tensor holding classification logits, looked for in front of a Softmax too; null when there is none. */
  logits: string | null;
  /** Fixed batch size, or null when the batch axis is free. 0: the input has no batch axis (one image [C,H,W]). */
  fixedBatch: number | null;
  stochastic: StochasticNode[];
  hooks: HookPoint[];
  warnings: ModelWarning[];
}

/** What an image looks like once decoded: stored values, no EXIF turn, no colour profile, no alpha blending. */
export interface DecodedImage {
  width: number;
  height: number;
  /** 1 gray, 3 RGB. */
  channels: 1 | 3;
  /** Row-major, interleaved [h, w] or [h, w, 3]. */
  pixels: Uint8Array;
  /** Of the file it came from; left out for records of a container. */
  encoded?: { bytes: number; jpegQuality: number | null };
}

export interface RejectedImage {
  at: string;
  reason: string;
}

export type Role = 'fit' | 'calibrate' | 'select' | 'test' | 'ood';

export interface Progress {
  stage: string;
  done: number;
  total: number;
  /** What is being worked on: a set's name. */
  item?: string;
  /** Per second, smoothed; null until known. */
  rate: number | null;
  etaSeconds: number | null;
}
export type OnProgress = (progress: Progress) => void;
