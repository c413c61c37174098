/** Code that runs the golden images of a monitor folder: Python, C++, JavaScript. */
import type { MonitorCard } from '../../shared/monitor-card.ts';

export function snippets(card: MonitorCard): string[] {
  return ['## Python', python(), '## JavaScript', javascript(), '## C++', cpp(card)];
}

function python(): string {
  return `\`\`\`python
import base64, json
import numpy as np
import onnxruntime as ort

card = json.load(open("monitor.json"))
session = ort.InferenceSession("monitor.onnx", providers=["CPUExecutionProvider"])

def tensor(t):
    return np.frombuffer(base64.b64decode(t["base64"]), t["dtype"]).reshape(t["shape"])

for golden in card["golden"]:
    feeds = {t["name"]: tensor(t) for t in golden["inputs"]}
    score, in_distribution = session.run(["ood_score", "in_distribution"], feeds)
    wanted = {t["name"]: tensor(t) for t in golden["outputs"]}
    assert np.allclose(score, wanted["ood_score"], rtol=1e-4, atol=1e-4)
    print(golden["at"], score[0], "in-distribution" if in_distribution[0] else "ALARM")
\`\`\``;
}

function javascript(): string {
  return `\`\`\`js
// npm install onnxruntime-node; save as check.mjs
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';

const TYPES = { float32: Float32Array, float64: Float64Array, uint8: Uint8Array, bool: Uint8Array, int32: Int32Array, int64: BigInt64Array };
const values = ({ dtype, base64 }) => new TYPES[dtype](new Uint8Array(Buffer.from(base64, 'base64')).buffer);

const card = JSON.parse(readFileSync('monitor.json', 'utf8'));
const session = await ort.InferenceSession.create('monitor.onnx');
for (const { at, inputs, outputs } of card.golden) {
  const feeds = Object.fromEntries(inputs.map((t) => [t.name, new ort.Tensor(t.dtype, values(t), t.shape)]));
  const { ood_score, in_distribution } = await session.run(feeds, ['ood_score', 'in_distribution']);
  const wanted = values(outputs.find(({ name }) => name === 'ood_score'))[0];
  const score = ood_score.data[0];
  if (!(Math.abs(score - wanted) <= 1e-4 * Math.max(1, Math.abs(wanted)))) throw new Error(\`\${at}: \${score}, not \${wanted}\`);
  console.log(at, score, in_distribution.data[0] ? 'in-distribution' : 'ALARM');
}
\`\`\``;
}

function cpp({ input, otherInputs }: MonitorCard): string {
  const { channels: c, height: h, width: w, layout, batchAxis, fixedBatch, dtype } = input;
  const batch = fixedBatch ?? 1;
  const image = layout === 'NCHW' ? [c, h, w] : [h, w, c];
  const type = dtype === 'uint8' ? 'uint8_t' : 'float';
  const others = Object.keys(otherInputs);
  const note = others.length === 0 ? '' : `\n  // Feed ${others.join(', ')} too, with the values of monitor.json.`;
  return `\`\`\`cpp
#include <onnxruntime_cxx_api.h>
#include <cstdint>
#include <vector>

// image: ${batch * c * h * w} preprocessed values. Returns true where the alarm is raised.
bool alarm(Ort::Session& session, std::vector<${type}>& image, double& score) {
  const std::vector<int64_t> shape{${(batchAxis ? [batch, ...image] : image).join(', ')}};
  auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  auto input = Ort::Value::CreateTensor<${type}>(memory, image.data(), image.size(), shape.data(), shape.size());
  const char* inputs[] = {${JSON.stringify(input.name)}};
  const char* outputs[] = {"ood_score", "in_distribution"};${note}
  auto result = session.Run(Ort::RunOptions{nullptr}, inputs, &input, 1, outputs, 2);
  score = result[0].GetTensorData<double>()[0];
  return !result[1].GetTensorData<bool>()[0];
}
\`\`\``;
}
