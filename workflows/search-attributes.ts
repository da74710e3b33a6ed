import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { Service } from '../config';

/** Whose saga it is. */
export const HARU_CUSTOMER = defineSearchAttributeKey('HaruCustomer', 'KEYWORD');
/** The service whose workflow it is. */
export const HARU_DOMAIN = defineSearchAttributeKey('HaruDomain', 'KEYWORD');
/** What became of it: workflows/outcome.ts. */
export const HARU_OUTCOME = defineSearchAttributeKey('HaruOutcome', 'KEYWORD');

/** Keywords, all of them. The engine has to know them before a workflow starts. */
export const SEARCH_ATTRIBUTES = [HARU_CUSTOMER, HARU_DOMAIN, HARU_OUTCOME].map(({ name }) => name);

/** What a workflow is found by from its start. @param customer whose saga it is; undefined: it is no saga */
export const foundBy = (service: Service, customer?: string): SearchAttributePair[] => [
  { key: HARU_DOMAIN, value: service },
  ...(customer === undefined
    ? []
    : [
        { key: HARU_CUSTOMER, value: customer },
        { key: HARU_OUTCOME, value: 'open' },
      ]),
];
