/** Search attributes of `runAnalysis`. A server has to know them before the first run starts. */
import { defineSearchAttributeKey } from '@temporalio/common';

export const SEARCH_ATTRIBUTES = {
  project: defineSearchAttributeKey('CloisterProject', 'KEYWORD'),
  analysis: defineSearchAttributeKey('CloisterAnalysis', 'KEYWORD'),
  environments: defineSearchAttributeKey('CloisterEnvironments', 'KEYWORD_LIST'),
  state: defineSearchAttributeKey('CloisterState', 'KEYWORD'),
} as const;
