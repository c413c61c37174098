/** Names that an exported monitor adds to a network, and the files it is made of. */
export const OUTPUTS = { score: 'ood_score', decision: 'in_distribution', entropies: 'entropies' } as const;
export const FILES = { model: 'monitor.onnx', card: 'monitor.json', readme: 'README.md' } as const;
