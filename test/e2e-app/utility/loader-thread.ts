import './node-18.ts';
import '../../../electron/engine/dataset/loader-thread.ts';
