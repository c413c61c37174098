/** The ONNX fixtures with what their index says of them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const ONNX_FOLDER = path.resolve(import.meta.dirname, '../fixtures/onnx');
export const DEMO_FOLDER = path.resolve(import.meta.dirname, '../../resources/demo');

export interface FixtureHook {
  tensor: string;
  layer_type: 'Conv' | 'FC' | 'RPN' | 'tokens' | 'attention' | 'input';
  dtype: string;
  example_shape: number[];
}

export interface Fixture {
  file: string;
  kind: string;
  opset: Record<string, number>;
  ops: Record<string, number>;
  inputs: { name: string; dtype: string; shape: (number | string)[] | null }[];
  hooks: FixtureHook[];
  example_inputs: { name: string; dtype: string; shape: number[]; value?: boolean }[];
  stochastic?: boolean;
  not_hookable?: string[];
  sha256: Record<string, string>;
}

const index = JSON.parse(readFileSync(path.join(ONNX_FOLDER, 'INDEX.json'), 'utf8')) as { fixtures: Fixture[] };

export const GOOD = index.fixtures.filter(({ kind }) => kind !== 'broken');
export const BROKEN = index.fixtures.filter(({ kind }) => kind === 'broken');

export const fixturePath = (file: string): string => path.join(ONNX_FOLDER, file);

/** The image among the example inputs: the first one. */
export const exampleShape = ({ example_inputs: [image] }: Fixture): number[] => image.shape;
