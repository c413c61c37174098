/**
 * Nothing leaves the machine: ONNX Runtime 1.29 and later otherwise report sessions to Microsoft, on Linux and macOS too, and
 * keep unsent reports in ~/.cache/Microsoft. Its environment, made with the first session, reads this. Imported by whoever
 * imports the runtime.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
