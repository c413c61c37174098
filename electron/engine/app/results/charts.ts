/** The charts of a run for one detector: the models that window and report share. */
import type { ConfigId } from '../../../shared/app/contract.ts';
import type { ChartsView } from '../../../shared/app/views.ts';
import { scoreHistograms } from '../../../shared/charts/histograms.ts';
import { pcaChart } from '../../../shared/charts/pca-sizes.ts';
import { rocChart } from '../../../shared/charts/roc.ts';
import { stabilityChart } from '../../../shared/charts/seed-stability.ts';
import { severityChart } from '../../../shared/charts/severity.ts';
import { scoreTitle } from '../../../shared/detector-names.ts';
import type { Locale } from '../../../shared/messages/catalogue.ts';
import { rocBand } from '../../metrics/roc-band.ts';
import { concatenate } from '../../pipeline/vectors.ts';
import type { ShownRun } from './shown-run.ts';

export interface ChartsQuery {
  config: ConfigId;
  /** OoD set that the band and the PCA chart are about; null: the first. */
  set: string | null;
  locale: Locale;
}

/** null where a run has nothing to draw of a kind. */
export function chartsView(shown: ShownRun, { config: id, set, locale }: ChartsQuery): ChartsView {
  const config = shown.config(id);
  const { results } = shown.run;
  const scoredSets = shown.sets.map(({ name, oodIndex }) => ({ name, oodIndex, scores: config.scores.get(name)! }));
  const oods = scoredSets.filter(({ oodIndex }) => oodIndex !== null);
  const tests = scoredSets.filter(({ oodIndex }) => oodIndex === null);
  const chosen = oods.find(({ name }) => name === set) ?? oods.at(0);
  const ind =
    tests.length === 0
      ? null
      : {
          name: tests.map(({ name }) => name).join(', '),
          oodIndex: null,
          scores: concatenate(tests.map(({ scores }) => scores)),
        };
  const { threshold } = config;
  const { stability } = results;
  return {
    scores:
      scoredSets.length === 0 ? null : scoreHistograms({ locale, sets: scoredSets, score: scoreTitle(id, locale), threshold }),
    roc:
      ind === null || chosen === undefined
        ? null
        : rocChart({
            locale,
            ind,
            oods,
            threshold,
            band: { set: chosen.name, band: rocBand(ind.scores, chosen.scores, { seed: results.plan.sampling.seed }) },
          }),
    pca: chosen === undefined ? null : pcaChart(results.metrics, chosen.name, locale),
    stability:
      stability === undefined || ind === null
        ? null
        : stabilityChart({ locale, stability, metrics: results.metrics, config: id, ind: ind.name }),
    severity: severityChart(results, id, locale),
  };
}
