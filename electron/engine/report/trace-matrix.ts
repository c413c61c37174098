/**
 * Which section of a report speaks to which part of which document. A help for the reader who builds the argument, by
 * topic and not by clause text; not a claim of compliance. Taken from FIELD.md section 4, whose sources are secondary: check
 * each entry against your own copy of the document. A dash: no entry that we could name with confidence.
 */
export interface TraceRow {
  /** Key of the section title in the report's catalogue. */
  section:
    | 'verdict'
    | 'scope'
    | 'item'
    | 'data'
    | 'method'
    | 'results'
    | 'operating'
    | 'stability'
    | 'runtime'
    | 'failures'
    | 'limits'
    | 'reproduce';
  easa: string;
  pas8800: string;
  sotif: string;
  ul4600: string;
  arp6983: string;
}

export const TRACE_MATRIX: readonly TraceRow[] = [
  {
    section: 'verdict',
    easa: 'DA-02, LM-09',
    pas8800: '9, 12',
    sotif: 'Acceptance criteria, validation targets',
    ul4600: 'Safety case evidence',
    arp6983: '7.6–7.8',
  },
  { section: 'scope', easa: 'DA-03, DA-04', pas8800: '9', sotif: 'Triggering conditions', ul4600: '–', arp6983: 'Data item 17' },
  { section: 'item', easa: 'IMP-04, IMP-06, CM-01', pas8800: '–', sotif: '–', ul4600: 'Specific configuration', arp6983: '5.5' },
  { section: 'data', easa: 'DM-06, DM-08', pas8800: '11', sotif: '–', ul4600: '–', arp6983: '4.8, 4.9, data items 8, 13, 15' },
  { section: 'method', easa: 'LM-04, CM-01', pas8800: '12', sotif: '–', ul4600: 'Specific configuration', arp6983: '7.6' },
  {
    section: 'results',
    easa: 'LM-09, LM-14',
    pas8800: '12',
    sotif: 'Validation targets',
    ul4600: 'Safety case evidence',
    arp6983: '7.7',
  },
  { section: 'operating', easa: 'EXP-05, EXP-07', pas8800: '12, 14', sotif: 'Residual risk', ul4600: '–', arp6983: '7.7' },
  { section: 'stability', easa: 'LM-12, LM-13', pas8800: '12, 13', sotif: '–', ul4600: '–', arp6983: '7.7' },
  { section: 'runtime', easa: 'IMP-07', pas8800: '14', sotif: '–', ul4600: 'Specific configuration', arp6983: '–' },
  { section: 'failures', easa: 'EXP-04, EXP-08', pas8800: '13', sotif: 'Triggering conditions', ul4600: '–', arp6983: '7.8' },
  { section: 'limits', easa: 'EXP-09', pas8800: '13', sotif: 'Residual risk', ul4600: 'Independent assessment', arp6983: '7.8' },
  {
    section: 'reproduce',
    easa: 'CM-01',
    pas8800: '8, 15',
    sotif: '–',
    ul4600: 'Independent assessment',
    arp6983: '5.5, data items 15, 16',
  },
];
