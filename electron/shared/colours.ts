/**
 * Colours and markers of data, by the order of the sets in the plan (DESIGN.md sections 3 and 7): in-distribution is
 * always the blue circle, OoD sets take six colours with a marker each, then the colours repeat with hollow markers.
 * The window uses `token` (a custom property of its stylesheet); paper uses the light values.
 */
export type Marker = 'circle' | 'diamond' | 'square' | 'triangle-up' | 'triangle-down' | 'plus' | 'cross';

export interface SeriesStyle {
  /** Name of the custom property without its dashes; `${token}-f` is the fill. */
  token: string;
  marker: Marker;
  hollow: boolean;
  /** Light values: lines, markers and text at 3:1 on white; areas. */
  line: string;
  fill: string;
}

const IND: SeriesStyle = { token: 'd-ind', marker: 'circle', hollow: false, line: '#0072b2', fill: '#0072b2' };

const OOD: readonly Omit<SeriesStyle, 'hollow'>[] = [
  { token: 'd-1', marker: 'diamond', line: '#b57700', fill: '#e69f00' },
  { token: 'd-2', marker: 'square', line: '#d55e00', fill: '#d55e00' },
  { token: 'd-3', marker: 'triangle-up', line: '#00875f', fill: '#009e73' },
  { token: 'd-4', marker: 'triangle-down', line: '#b4568b', fill: '#cc79a7' },
  { token: 'd-5', marker: 'plus', line: '#2b87bd', fill: '#56b4e9' },
  { token: 'd-6', marker: 'cross', line: '#8a8000', fill: '#f0e442' },
];

/** @param oodIndex place among the OoD sets of the plan, from 0; null: in-distribution. */
export function seriesStyle(oodIndex: number | null): SeriesStyle {
  if (oodIndex === null) return IND;
  return { ...OOD[oodIndex % OOD.length], hollow: oodIndex >= OOD.length };
}

/** Alpha of areas: accepted and alarmed. */
export const FILL_ALPHA = { accepted: 0.3, alarm: 0.78 } as const;

/** Neutral and state colours on paper (the light theme). */
export const PAPER = {
  ink: '#15181d',
  ink2: '#464c56',
  ink3: '#5f6671',
  line: '#d5d9df',
  lineSoft: '#e7e9ed',
  sunken: '#f3f4f6',
  grid: '#e7e9ed',
  axis: '#858c97',
  warn: '#7a4a00',
  warnIcon: '#a86400',
  danger: '#a1201a',
  dangerIcon: '#c22f27',
} as const;
