/** `oodlab data PATH [--json] [--images]`: what a data set is recognised as. */
import { describeDataset } from '../../engine/dataset/describe-dataset.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print, table } from '../output.ts';

export const dataCommand: AddCommand = (program, act) => {
  program
    .command('data')
    .description('what a data set is recognised as: layout, counts, classes, rejected files')
    .argument('<path>', 'a folder or a file')
    .option('--json', 'as data')
    .option('--images', 'list every image with its shape, hash and label')
    .action(
      act(async (signal, path: string, options: { json?: boolean; images?: boolean }) => {
        const found = await describeDataset(path, { images: options.images === true, signal });
        if (options.json === true) {
          print(JSON.stringify(found, null, 2));
          return EXIT.done;
        }
        print(`recognised as ${found.layout}`);
        for (const set of found.sets) {
          print(`\n${set.name}: ${set.count} images, ${set.rejected.length} rejected, ${set.ignored} other files ignored`);
          const classes = Object.entries(set.classCounts ?? {});
          if (classes.length > 0)
            print(
              table(
                ['class', 'images'],
                classes.map(([name, count]) => [name, String(count)]),
              ),
            );
          if (set.rejected.length > 0)
            print(
              table(
                ['rejected', 'reason'],
                set.rejected.map(({ at, reason }) => [at, reason]),
              ),
            );
          if (options.images === true && set.images !== undefined) {
            print(
              table(
                ['image', 'shape', 'label', 'sha256'],
                set.images.map((image) => [
                  image.at,
                  image.shape.join('x'),
                  image.labelName ?? (image.label === null ? '' : String(image.label)),
                  image.sha256,
                ]),
              ),
            );
          }
        }
        if (found.choices.length > 0) print(`\nSeveral data sets are here; point at one of them: ${found.choices.join(', ')}`);
        return EXIT.done;
      }),
    );
};
