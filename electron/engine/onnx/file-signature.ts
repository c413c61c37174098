/** Recognises files that are not ONNX from their first bytes, so that the refusal can say what they are. */
import { AppError } from '../../shared/errors.ts';

const ascii = (bytes: Uint8Array, length: number): string => Buffer.from(bytes.subarray(0, length)).toString('latin1');

/** Throws E_MODEL_INVALID when the bytes are plainly another kind of file. */
export function refuseOtherKinds(bytes: Uint8Array, file: string): void {
  const refuse = (what: string, next: string): never => {
    throw new AppError('E_MODEL_INVALID', `${file} ${what}.`, { next });
  };
  if (bytes.length === 0) refuse('is empty (0 bytes)', 'Copy the model again.');
  const head = ascii(bytes, 64);
  if (head.startsWith('version https://git-lfs')) {
    refuse(`is a Git LFS pointer of ${bytes.length} bytes, not the model`, 'Run "git lfs pull" where it was cloned.');
  }
  if (head.startsWith('\x89PNG')) refuse('is a PNG picture, not an ONNX model', 'Choose the .onnx file.');
  if (head.startsWith('\xff\xd8\xff')) refuse('is a JPEG picture, not an ONNX model', 'Choose the .onnx file.');
  if (head.startsWith('PK\x03\x04')) {
    const checkpoint = ascii(bytes, 4096).includes('data.pkl') || ascii(bytes, 4096).includes('archive/');
    if (checkpoint) refuse('is a PyTorch checkpoint, not an ONNX model', 'Export it with torch.onnx.export first.');
    refuse('is a ZIP archive, not an ONNX model', 'Unpack it and choose the .onnx file.');
  }
  if (head.startsWith('\x80\x02') || head.startsWith('\x80\x04'))
    refuse('is a Python pickle, not an ONNX model', 'Export the network to ONNX first.');
  if (head.startsWith('\x89HDF')) refuse('is a Keras HDF5 file, not an ONNX model', 'Convert it with tf2onnx first.');
  if (head.startsWith('{') || head.startsWith('<')) refuse('is a text file, not an ONNX model', 'Choose the .onnx file.');
}
