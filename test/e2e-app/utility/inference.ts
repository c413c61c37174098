import './node-18.ts';
import '../../../electron/workers/inference.ts';
